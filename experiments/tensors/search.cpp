// `coppice search --measure`: the best networks under limits, or the Pareto front, of a trained
// run, measured before they are believed.
#include <charconv>
#include <iostream>

#include "experiments/commands/assemble.hpp"
#include "experiments/commands/measured_search.hpp"
#include "experiments/commands/predictor_files.hpp"
#include "experiments/commands/quantities.hpp"
#include "experiments/commands/questions.hpp"
#include "experiments/commands/search_parts.hpp"
#include "experiments/output.hpp"
#include "experiments/progress.hpp"
#include "experiments/replaceable.hpp"
#include "experiments/report/run_files.hpp"
#include "experiments/run_folder.hpp"
#include "experiments/tensor_commands.hpp"
#include "experiments/tensors/network_measurer.hpp"
#include "experiments/tensors/session.hpp"
#include "predictors/predictor_file.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/base/hdf5_file.hpp"
#include "supernet/base/interruption.hpp"

namespace coppice {
namespace {

constexpr const char* kKnown = "known=";  // in the options that a search's file keeps

// Everything but classes and channels, which a search does not choose.
std::string shape_of(SpaceSpec spec) {
  spec.classes = 1;
  spec.channels = 1;
  return space_spec_text(spec);
}

std::string pixels_of(const SearchSpace& space) {
  std::string list;
  for (const int pixels : space.spec().resolutions) {
    list += (list.empty() ? "" : ",") + std::to_string(pixels);
  }
  return list;
}

// That of the run's supernet; one that is given must be the same.
SearchSpace space_of_run(const SearchCommand& command) {
  static_cast<void>(recorded_training(command.run));
  const auto path = command.run / kRunSupernetFile;
  const auto found = space_in(path);
  require(found.has_value(), path.string(), " does not describe its space; it is no supernet");
  if (command.space.space.empty()) return *found;
  const SearchSpace given = space_of(command.space, files_of(command.predictor));
  require_usage(shape_of(given.spec()) == shape_of(found->spec()),
                "--space = ",
                command.space.space,
                " is not the space of ",
                command.run.string(),
                ", which is ",
                found->name(),
                " of width ",
                found->spec().width_mult,
                " at resolutions ",
                pixels_of(*found),
                "; leave --space out to search in that");
  return *found;
}

// How many measured networks the search in the file began with; none when there is no file.
std::optional<std::size_t> known_at_start(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return std::nullopt;
  const Hdf5Reader file(path);
  require(file.has_attribute("/", "options"), path.string(), " is not a search log");
  const auto options = file.attribute<std::string>("/", "options");
  const auto place = options.find(kKnown);
  require_usage(place != std::string::npos,
                "cannot resume ",
                path.string(),
                ": it is a search without --measure; write to another file");
  std::size_t count = 0;
  std::from_chars(
      options.data() + place + std::string(kKnown).size(), options.data() + options.size(), count);
  return count;
}

MeasurerOptions measurer_options(const SearchCommand& command, const Questions& questions) {
  const MeasureCommand before = recorded_measuring(command.run);
  MeasurerOptions options;
  for (const MeasuredTarget& target : questions.targets) options.targets.push_back(target.name);
  options.onnxruntime = before.onnxruntime;
  options.held_out_images = static_cast<std::size_t>(before.held_out_images);
  options.repeats = before.repeats;
  return options;
}

// The whole command; holds the run's lock.
class MeasuredCommand {
 public:
  explicit MeasuredCommand(const SearchCommand& command)
      : command_(command),
        scenarios_(scenarios_of(command)),
        several_(!command.scenarios.empty()),
        session_(command.common, command.charge, phase(0)),
        space_(space_of_run(command)),
        questions_(questions_of(command, space_, scenarios_)) {
    check_questions(command, scenarios_, questions_);
    check_outputs(command, space_, scenarios_.size());
  }

  void run() {
    const FolderLock lock(command_.run);
    measurer_.emplace(command_.run, measurer_options(command_, questions_), session_);
    print_warning(
        "the supernet has not gone through all phases; its networks change when its training goes "
        "on",
        command_.common.quiet || measurer_->finished());
    if (command_.out.has_parent_path()) make_folder(command_.out.parent_path());
    const Seconds start = session_.clock().now();
    SearchResult result = search_all();
    for (const FittedPredictor& fitted : fits_) save(fitted);
    write_best(command_.best, space_, result, command_.common.quiet);
    session_.record_energy(command_.run);
    result.duration = session_.clock().now() - start;
    print_result(command_.common.json ? as_json(space_, result, several_)
                                      : as_table(space_, result));
    require_all_met(result);
  }

 private:
  [[nodiscard]] std::string phase(std::size_t scenario) const {
    return several_ ? "search and measure " + std::to_string(scenario + 1) : "search and measure";
  }

  [[nodiscard]] std::filesystem::path log(std::size_t scenario) const {
    return log_path(command_, scenario, scenarios_.size() > 1);
  }

  SearchResult search_all() {
    try {
      return search_each();
    } catch (const Error& error) {
      session_.record_energy(command_.run);
      if (error.failure() != Failure::interrupted) throw;
      throw Error(text("interrupted; the ",
                       measurer_->table().rows.size(),
                       " measured networks are kept in ",
                       measurer_->file().string(),
                       command_.out.empty() ? ", the same command starts a search that knows them"
                                            : ", the same command with --resume goes on"),
                  Failure::interrupted);
    }
  }

  SearchResult search_each() {
    MeasuredNetworks known(known_rows(), questions_.targets);
    const std::vector<std::string> costs = asked_costs(command_, scenarios_);
    std::vector<PredictorInfo> infos;
    for (const auto& other : questions_.others.predictors) infos.push_back(other->info());
    for (const MeasuredTarget& target : questions_.targets) {
      infos.push_back({target.name, target.maximize, space_.name(), -1, {}});
    }
    SearchProblem problem = make_problem(command_, space_, infos);
    const std::vector<int> resolutions = allowed_resolutions(space_, problem.choices);
    add_start(problem);
    MeasuredSearch search(
        std::move(problem),
        known,
        {assemble_with(command_, space_, questions_.others, costs),
         [this](const auto& architectures, const auto& done) { return rows(architectures, done); },
         &session_.clock()},
        options());
    if (command_.resume && std::filesystem::exists(log(0))) {
      search.require_same(scenarios_.front(), log(0));
    }
    search.prepare(scenarios_.front(), log(0));
    for (const auto& limits : scenarios_) search.check(limits);
    SearchResult result{command_.objectives, search.names(), {}, resolutions, {}};
    double joules = 0;
    for (std::size_t i = 0; i < scenarios_.size(); ++i) {
      if (i > 0) session_.begin(phase(i));
      scenario_ = i;
      result.found.push_back(found_networks(scenarios_, i, [&] {
        FoundNetworks found = search.search(scenarios_[i], log(i));
        prefer(command_, search.problem(), result.names, found.summary);
        return found;
      }));
      joules += session_.spent()["energy_j"].get<double>();
    }
    progress_.reset();
    fits_ = search.fits();
    for (const FittedPredictor& fitted : fits_) result.predicted_by.push_back(fitted.info());
    for (const auto& other : questions_.others.predictors) {
      if (!other->info().conditions.empty()) result.predicted_by.push_back(other->info());
    }
    result.spent.emplace_back("energy_j", joules);
    const auto floor = measurer_->noise_floor_percent();
    if (floor) result.spent.emplace_back("noise_floor_percent", *floor);
    return result;
  }

  // What is known when the search begins; on resuming, what was known then.
  MeasurementTable known_rows() {
    MeasurementTable table = measurer_->table();
    known_ = table.rows.size();
    if (!command_.resume) return table;
    const auto before = known_at_start(log(0));
    print_warning(log(0).string() + " does not exist; the search starts anew",
                  command_.common.quiet || before.has_value());
    if (!before) return table;
    require(*before <= known_,
            measurer_->file().string(),
            " has ",
            known_,
            " networks, but the search began with ",
            *before,
            "; restore it or search without --resume");
    known_ = *before;
    table.rows.resize(known_);
    return table;
  }

  // Networks that lack one target only, when networks must be sampled.
  void add_start(SearchProblem& problem) const {
    for (std::size_t i = 0; i < known_; ++i) {
      const Architecture& architecture = measurer_->table().rows[i].architecture;
      if (allows(space_, problem.choices, architecture)) problem.start.push_back(architecture);
    }
  }

  [[nodiscard]] MeasuredSearchOptions options() {
    MeasuredSearchOptions options;
    options.batch = *command_.measure;
    options.rounds = command_.rounds.value_or(kMeasuringRounds);
    options.asked = command_.evaluations.value_or(kAskedInARound);
    options.description = {"measured",
                           kKnown + std::to_string(known_),
                           questions_.others.identities,
                           command_.common.seed};
    const auto& conditions = measurer_->table().conditions;
    std::string measured = "measured";
    for (const MeasuredTarget& target : questions_.targets) measured += " " + target.name;
    options.description.predictors.push_back(measured + " of supernet " +
                                             conditions.at("supernet_sha256") + " on " +
                                             conditions.at("images") + " images");
    options.progress = [this](std::int64_t done, std::int64_t all) { show(done, all); };
    options.interrupted = [] { return interruption_requested(); };
    return options;
  }

  void show(std::int64_t done, std::int64_t all) {
    if (done == 1) {
      progress_.emplace(phase_of(scenario_, several_),
                        "measured networks",
                        all,
                        progress_style(command_.common.quiet),
                        session_.clock(),
                        std::cerr);
    }
    progress_->update(done);
  }

  std::vector<Measurement> rows(const std::vector<Architecture>& architectures,
                                const std::function<void()>& done) {
    measurer_->measure(architectures, done);
    std::vector<Measurement> rows;
    for (const Architecture& architecture : architectures) {
      rows.push_back(*measurer_->row_of(architecture));
    }
    return rows;
  }

  void save(const FittedPredictor& fitted) const {
    const auto folder = command_.run / kRunPredictorsFolder;
    make_folder(folder);
    save_predictor(folder / (fitted.summary().target + ".h5"), fitted);
  }

  const SearchCommand& command_;
  Scenarios scenarios_;
  bool several_;  // sets of limits
  Session session_;
  SearchSpace space_;
  Questions questions_;
  std::optional<NetworkMeasurer> measurer_;
  std::optional<Progress> progress_;
  std::vector<FittedPredictor> fits_;
  std::size_t known_ = 0;     // networks when the search began
  std::size_t scenario_ = 0;  // under way
};

}  // namespace

void run_measured_search(const SearchCommand& command) { MeasuredCommand(command).run(); }

}  // namespace coppice

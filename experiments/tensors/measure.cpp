// `coppice measure`: accuracy and latency of sampled subnets, for predictors to learn from.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <unordered_set>

#include "experiments/output.hpp"
#include "experiments/progress.hpp"
#include "experiments/run_folder.hpp"
#include "experiments/runtime_options.hpp"
#include "experiments/tensor_commands.hpp"
#include "experiments/tensors/ranks.hpp"
#include "experiments/tensors/run_data.hpp"
#include "experiments/tensors/runtimes.hpp"
#include "experiments/tensors/scratch_folder.hpp"
#include "experiments/tensors/session.hpp"
#include "experiments/tensors/shared_accuracy.hpp"
#include "experiments/tensors/timing.hpp"
#include "export/onnx_file.hpp"
#include "predictors/measurements.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/base/sha256.hpp"
#include "supernet/data/split.hpp"

namespace coppice {
namespace {

// Timed together, to share one course of the machine, and saved together: what an interruption
// loses.
constexpr std::size_t kTimedTogether = 20;

// The extremes, then networks of all sizes: every second one uniform over the space, the others
// leaning to small or large choices, which uniform sampling hardly ever meets.
// Where training coupled expansions to depths, only such networks were trained.
std::vector<Architecture> sample_architectures(const SearchSpace& space,
                                               int count,
                                               bool coupled,
                                               Random random) {
  std::vector<Architecture> chosen{
      space.with_resolution(space.smallest(), space.spec().resolutions.back()), space.largest()};
  std::unordered_set<Architecture, ArchitectureHash> seen(chosen.begin(), chosen.end());
  // A space may hold fewer networks than are asked for.
  for (int tries = 0; static_cast<int>(chosen.size()) < count && tries < 100 * count; ++tries) {
    Architecture architecture = space.sample(random);
    if (tries % 2 == 1) {
      const double lean = random.uniform();
      for (std::size_t i = 0; i < space.genes().size(); ++i) {
        const std::size_t top = space.genes()[i].choices.size() - 1;
        std::size_t choice = 0;
        for (std::size_t step = 0; step < top; ++step) choice += random.uniform() < lean ? 1 : 0;
        architecture.genes[i] = static_cast<std::uint8_t>(choice);
      }
    }
    if (coupled) couple(space, architecture);
    space.canonicalize(architecture);
    if (seen.insert(architecture).second) chosen.push_back(architecture);
  }
  chosen.resize(std::min(chosen.size(), static_cast<std::size_t>(count)));
  return chosen;
}

class Measuring {
 public:
  Measuring(const MeasureCommand& command, Session& session)
      : command_(command),
        session_(session),
        checkpoint_(load_checkpoint(command.run / kRunSupernetFile)),
        schedule_(parse_schedule(recorded_training(command.run).schedule)),
        data_(open_run_data(recorded_training(command.run), &checkpoint_.info.preprocessing)) {
    require_usage(checkpoint_.info.only.empty(),
                  command.run.string(),
                  " holds one trained network; there are no others to measure");
    checkpoint_.supernet.to(session.device());
    if (session.leads()) {  // times alone, while the others wait
      for (const std::string& runtime : command.runtime) open_runtime(runtime);
    }
    auto& held_out = data_.parts.held_out;
    const auto wanted = static_cast<std::size_t>(command.held_out_images);
    if (wanted > 0 && wanted < held_out->size()) held_out = held_out->first(wanted);
  }

  void run() {
    if (!finished()) {
      print_warning("the supernet has not gone through all phases; its networks will change",
                    command_.common.quiet);
    }
    open_table();
    const auto all = sample_architectures(checkpoint_.supernet.space(),
                                          command_.count,
                                          schedule_ == Schedule::compound,
                                          Random(command_.common.seed).fork("measure"));
    std::vector<Architecture> missing;
    for (const Architecture& architecture : all) {
      if (!measured(architecture)) missing.push_back(architecture);
    }
    done_ = static_cast<std::int64_t>(all.size() - missing.size());
    progress_ = std::make_unique<Progress>("measure",
                                           "networks",
                                           static_cast<std::int64_t>(all.size()),
                                           progress_style(command_.common.quiet),
                                           session_.clock(),
                                           std::cerr);
    for (std::size_t i = 0; i < missing.size(); i += kTimedTogether) {
      const auto first = missing.begin() + static_cast<std::ptrdiff_t>(i);
      const auto count = std::min(kTimedTogether, missing.size() - i);
      measure({first, first + static_cast<std::ptrdiff_t>(count)});
    }
  }

  [[nodiscard]] std::size_t count() const { return table_.rows.size(); }
  [[nodiscard]] const std::vector<double>& noise_floors() const { return noise_floors_; }
  [[nodiscard]] std::filesystem::path file() const { return command_.run / kRunMeasurementsFile; }
  [[nodiscard]] std::size_t images() const { return data_.parts.held_out->size(); }

 private:
  [[nodiscard]] bool wants(const char* what) const {
    return std::find(command_.what.begin(), command_.what.end(), what) != command_.what.end();
  }

  [[nodiscard]] bool finished() const {
    const SearchSpace& space = checkpoint_.supernet.space();
    return checkpoint_.state.phase >= schedule_phases(schedule_, space).size();
  }

  // Another runtime than libtorch, which is always here.
  void open_runtime(const std::string& runtime) {
    if (!wants("latency") || runtime == "libtorch") return;
    if (runtime == "opencv") {
      timers_.emplace(latency_target(runtime), opencv_timer(session_.clock()));
      return;
    }
    const FoundOnnxRuntime found = find_onnxruntime(command_.onnxruntime);
    require(found.runtime != nullptr, found.missing);
    timers_.emplace(latency_target(runtime), onnxruntime_timer(found.runtime));
  }

  // "accuracy", "latency_ms", "latency_onnxruntime_ms" ... as this call measures them.
  [[nodiscard]] std::vector<std::string> targets() const {
    std::vector<std::string> names;
    if (wants("accuracy")) names.emplace_back("accuracy");
    if (!wants("latency")) return names;
    for (const std::string& runtime : command_.runtime) names.push_back(latency_target(runtime));
    return names;
  }

  // What was measured before is kept when the conditions are the same.
  void open_table() {
    const SearchSpace& space = checkpoint_.supernet.space();
    const TimingConditions timing = timing_conditions();
    table_.space = space.name();
    table_.conditions = {{"supernet_sha256", sha256_of_file(command_.run / kRunSupernetFile)},
                         {"split", "held out from the training set"},
                         {"images", std::to_string(data_.parts.held_out->size())},
                         {"device", timing.device},
                         {"runtime", timing.runtime},
                         {"threads", std::to_string(timing.threads)},
                         {"batch", std::to_string(timing.batch)}};
    for (const auto& [target, timer] : timers_) {
      table_.conditions["runtime of " + target] = timer.conditions.runtime;
    }
    if (!std::filesystem::exists(file())) return;
    const MeasurementTable before = load_measurements(file(), space);
    // A runtime that was not asked for before, or is not now, stands in no one's way.
    for (const auto& [name, value] : before.conditions) {
      const std::string& now = table_.conditions.emplace(name, value).first->second;
      // Other ranks may be machines of another kind; they time nothing.
      require(
          now == value || !session_.leads(),
          file().string(),
          " was measured with other weights, images, threads or runtimes, or on another machine; "
          "remove it to measure anew");
    }
    table_.rows = before.rows;
  }

  [[nodiscard]] Measurement* row_of(const Architecture& architecture) {
    const auto found =
        std::find_if(table_.rows.begin(), table_.rows.end(), [&](const Measurement& row) {
          return row.architecture == architecture;
        });
    return found == table_.rows.end() ? nullptr : &*found;
  }

  [[nodiscard]] bool measured(const Architecture& architecture) {
    const Measurement* row = row_of(architecture);
    const auto names = targets();
    return row != nullptr && std::all_of(names.begin(), names.end(), [row](const auto& target) {
             return row->targets.count(target) > 0;
           });
  }

  void measure(const std::vector<Architecture>& architectures) {
    const RankGroup* ranks = session_.ranks().get();
    if (ranks == nullptr) return measure_here(architectures);
    if (wants("accuracy")) measure_accuracies(architectures);
    bool interrupted = false;
    try {
      if (ranks->leads()) measure_here(architectures);
    } catch (const Error& error) {
      if (error.failure() != Failure::interrupted) throw;
      interrupted = true;
    }
    stop_together(ranks->sum({interrupted ? 1.0 : 0.0}).front() > 0);
  }

  // What one rank saw stops all of them at the same place.
  static void stop_together(bool interrupted) {
    if (interrupted) throw Error("interrupted while measuring", Failure::interrupted);
  }

  void measure_here(const std::vector<Architecture>& architectures) {
    std::vector<Subnet> subnets;
    std::vector<Measurement> rows;
    for (const Architecture& architecture : architectures) {
      const Measurement* known = row_of(architecture);
      Measurement row = known != nullptr ? *known : Measurement{architecture, {}, {}};
      const bool evaluates = wants("accuracy") && row.targets.count("accuracy") == 0;
      // Statistics cost no time.
      subnets.push_back(
          evaluates
              ? calibrated_subnet(checkpoint_.supernet, architecture, *data_.parts.calibration)
              : checkpoint_.supernet.extract(architecture));
      if (evaluates) {
        row.targets["accuracy"] = evaluate(subnets.back(), *data_.parts.held_out).percent();
      }
      rows.push_back(std::move(row));
      progress_->update(++done_);
    }
    if (wants("latency")) add_latencies(subnets, rows);
    for (Measurement& row : rows) {
      Measurement* known = row_of(row.architecture);
      if (known != nullptr) {
        *known = std::move(row);
      } else {
        table_.rows.push_back(std::move(row));
      }
    }
    save_measurements(file(), checkpoint_.supernet.space(), table_);
  }

  // All ranks share the work of those that are not known.
  void measure_accuracies(const std::vector<Architecture>& architectures) {
    std::vector<Architecture> unknown;
    for (const Architecture& architecture : architectures) {
      const Measurement* row = row_of(architecture);
      if (row == nullptr || row->targets.count("accuracy") == 0) unknown.push_back(architecture);
    }
    const SharedAccuracies found =
        shared_accuracies(checkpoint_.supernet, unknown, data_.parts, *session_.ranks());
    for (std::size_t i = 0; i < unknown.size(); ++i) {
      if (!found.percent[i]) continue;
      if (row_of(unknown[i]) == nullptr) table_.rows.push_back({unknown[i], {}, {}});
      row_of(unknown[i])->targets["accuracy"] = *found.percent[i];
    }
    if (found.interrupted && session_.leads()) {
      save_measurements(file(), checkpoint_.supernet.space(), table_);
    }
    stop_together(found.interrupted);
  }

  void add_latencies(const std::vector<Subnet>& subnets, std::vector<Measurement>& rows) {
    const TimingOptions options{command_.repeats, command_.common.seed};
    const auto missing = [&rows](const std::string& target) {
      return std::any_of(rows.begin(), rows.end(), [&target](const Measurement& row) {
        return row.targets.count(target) == 0;
      });
    };
    const auto names = targets();
    if (std::count(names.begin(), names.end(), "latency_ms") > 0 && missing("latency_ms")) {
      const LatencyReport report = time_subnets(subnets, options, session_.clock());
      for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i].latency_samples_ms = report.networks[i].samples_ms;
      }
      add_medians(report, "latency_ms", rows);
    }
    std::vector<TimedFile> files;
    const ScratchFolder scratch(command_.run);
    for (const auto& [target, timer] : timers_) {
      if (!missing(target)) continue;
      if (files.empty()) files = onnx_files(subnets, scratch.path());
      add_medians(timer.time(files, options), target, rows);
    }
  }

  void add_medians(const LatencyReport& report,
                   const std::string& target,
                   std::vector<Measurement>& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i].targets[target] = report.networks[i].median_ms;
    }
    noise_floors_.push_back(report.noise_floor_percent);
  }

  // What other runtimes load.
  static std::vector<TimedFile> onnx_files(const std::vector<Subnet>& subnets,
                                           const std::filesystem::path& folder) {
    std::vector<TimedFile> files;
    for (const Subnet& subnet : subnets) {
      const auto path = folder / (std::to_string(files.size()) + ".onnx");
      write_onnx(subnet.plain(), {}, path);
      files.push_back({path, subnet.plan().input_channels, subnet.plan().resolution});
    }
    return files;
  }

  const MeasureCommand& command_;
  Session& session_;
  Checkpoint checkpoint_;
  Schedule schedule_;
  RunData data_;
  MeasurementTable table_;
  std::map<std::string, FileTimer> timers_;  // of runtimes other than libtorch, by target
  std::vector<double> noise_floors_;         // of each group
  std::unique_ptr<Progress> progress_;
  std::int64_t done_ = 0;  // networks
};

}  // namespace

void run_measure(const MeasureCommand& given) {
  MeasureCommand command = given;
  const auto ranks = join_ranks(command.common);
  Session session(command.common, "measure", ranks);
  if (ranks) {
    ranks->set_advice("; what was measured is kept, the same commands go on");
    ranks->require_same(
        effective_options(command), {}, text("the options of rank ", ranks->rank()));
  }
  std::optional<FolderLock> lock;
  if (session.leads()) lock.emplace(command.run);
  Measuring measuring(command, session);
  try {
    measuring.run();
  } catch (const Error& error) {
    if (error.failure() != Failure::interrupted) throw;
    session.record_energy(command.run);
    if (ranks) ranks->leave();
    throw Error(fmt::format("interrupted; {} measured networks are kept, the same command goes on",
                            measuring.count()),
                Failure::interrupted);
  }
  Json spent = session.spent();
  session.record_energy(command.run);
  if (ranks) ranks->leave();
  if (!session.leads()) return;
  record_options(command.run, MeasureCommand::kName, effective_options(command));
  const auto& floors = measuring.noise_floors();
  spent["noise_floor_percent"] =
      floors.empty() ? Json(nullptr) : Json(*std::max_element(floors.begin(), floors.end()));
  if (command.common.json) {
    print_result(Json{
        {"count", measuring.count()},
        {"images", measuring.images()},
        {"file", measuring.file().string()},
        {"run",
         spent}}.dump());
    return;
  }
  std::string floor = floors.empty() ? ""
                                     : fmt::format(", latency noise floor {:.1f} %",
                                                   spent["noise_floor_percent"].get<double>());
  print_result(fmt::format("{} networks in {}{}\n{:.0f} s, {:.0f} J ({})\n",
                           measuring.count(),
                           measuring.file().string(),
                           floor,
                           spent["seconds"].get<double>(),
                           spent["energy_j"].get<double>(),
                           spent["energy_basis"].get<std::string>()));
}

}  // namespace coppice

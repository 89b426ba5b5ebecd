#include "experiments/report/run_summary.hpp"

#include <algorithm>

#include "experiments/report/chosen_networks.hpp"
#include "experiments/report/run_cost.hpp"
#include "experiments/report/run_files.hpp"
#include "experiments/run_folder.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"

namespace coppice {
namespace {

constexpr const char* kStepsFile = "steps.json";

using Path = std::filesystem::path;

// search.h5, or search-1.h5, search-2.h5 ... of several scenarios. best.jsonl tells which of them
// is the last search where both are left.
std::vector<Path> search_files(const Path& run) {
  const Path single = run / kRunSearchFile;
  std::vector<Path> files;
  for (std::size_t i = 1;; ++i) {
    const Path path = run / text("search-", i, ".h5");
    if (!std::filesystem::exists(path)) break;
    files.push_back(path);
  }
  const bool one = best_lines(run).size() <= 1;
  if (std::filesystem::exists(single) && (one || files.empty())) return {single};
  return files;
}

std::vector<Path> predictor_files(const Path& run) {
  std::vector<Path> files;
  const Path folder = run / kRunPredictorsFolder;
  if (!std::filesystem::is_directory(folder)) return files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".h5") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

class Reader {
 public:
  Reader(Path run, Path per_model) : run_(std::move(run)), per_model_(std::move(per_model)) {
    out_.name = std::filesystem::absolute(run_ / "").lexically_normal().parent_path().filename();
  }

  RunSummary read() {
    read_supernet();
    read_searches();
    read_predictors();
    read_measured();
    out_.networks = chosen_networks(run_, out_.searches);
    const bool exported = std::any_of(out_.networks.begin(),
                                      out_.networks.end(),
                                      [](const auto& n) { return n.card.value.has_value(); });
    miss(exported, "exports: no network is exported, so none is measured on the test set");
    read_costs();
    read_history();
    require(found_,
            run_.string(),
            " holds no run: there is no supernet.h5, measurements.h5, predictors, search.h5, "
            "exports or energy.csv; give the folder that coppice train or coppice run wrote with "
            "--out");
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool has(const char* name) const { return std::filesystem::exists(run_ / name); }

  void miss(bool there, const std::string& line) {
    if (there) {
      found_ = true;
    } else {
      out_.missing.push_back(line);
    }
  }

  void take_space(const Path& path) {
    if (space_) return;
    space_ = space_in(path);
    if (!space_) return;
    out_.described_space = space_;
    out_.space = space_->name();
    out_.space_size = space_->count();
  }

  void read_supernet() {
    miss(has(kRunSupernetFile), "supernet.h5: the step train has not begun");
    if (!has(kRunSupernetFile)) return;
    out_.training = read_training(run_ / kRunSupernetFile);
    take_space(run_ / kRunSupernetFile);
  }

  void read_searches() {
    for (const Path& path : search_files(run_)) {
      out_.searches.push_back(read_search(path));
      take_space(path);
    }
    miss(!out_.searches.empty(), "search.h5: the step search has not begun");
  }

  void read_predictors() {
    for (const Path& path : predictor_files(run_)) {
      out_.predictors.push_back(read_predictor(path));
      take_space(path);
    }
    miss(!out_.predictors.empty(), "predictors: the step fit has not finished");
  }

  void read_measured() {
    const Path path = run_ / kRunMeasurementsFile;
    miss(has(kRunMeasurementsFile), "measurements.h5: the step measure has not begun");
    if (!has(kRunMeasurementsFile)) return;
    if (space_) {
      out_.measurements = load_measurements(path, *space_);
      for (PredictorRecord& predictor : out_.predictors) {
        if (!predictor.fit || !predictor.held_out.empty()) continue;
        predictor.held_out =
            held_out_points(*space_, *out_.measurements, predictor.target, predictor.fit->kind);
      }
    } else {
      out_.missing.emplace_back("measurements.h5 is there, but no file says which space it is of");
    }
  }

  void read_costs() {
    if (has(kRunEnergyFile)) {
      out_.energy = read_energy_csv(run_ / kRunEnergyFile);
      out_.grids = read_grids(run_ / kRunEnergyFile);
    }
    miss(!out_.energy.empty(), "energy.csv: no step has recorded its energy");
    if (out_.energy.empty()) return;
    ComparisonOptions options = read_comparison_options(run_ / kRunOptionsFile);
    if (!per_model_.empty()) options.per_model = per_model_;
    const GridIntensity grid =
        GridTable::built_in().find(options.region.empty() ? kDefaultRegion : options.region);
    out_.comparison = compare_rows(out_.energy, options, grid);
    out_.comparison_grid = describe(grid);
  }

  void read_history() {
    if (has(kRunOptionsFile)) out_.options = read_text_file(run_ / kRunOptionsFile);
    miss(has(kRunOptionsFile), "experiment.cfg: the options of this run are not recorded");
    if (has(kStepsFile)) out_.steps = read_steps(run_ / kStepsFile);
    for (const StepRecord& step : out_.steps) {
      if (step.name == "measure") out_.noise_floor_percent = step.noise_floor_percent;
    }
    if (!has(kRunLogFile)) return;
    std::tie(out_.first_event, out_.last_event) = read_log_span(run_ / kRunLogFile);
    if (out_.training) out_.training->energy_curve = read_energy_curve(run_ / kRunLogFile);
  }

  Path run_;
  Path per_model_;
  RunSummary out_;
  std::optional<SearchSpace> space_;
  bool found_ = false;  // whether the folder holds anything of a run
};

}  // namespace

RunSummary summarize_run(const std::filesystem::path& run, const std::filesystem::path& per_model) {
  require(std::filesystem::is_directory(run),
          run.string(),
          " is no folder; give the folder of a run, as coppice train or coppice run wrote it with "
          "--out");
  return Reader(run, per_model).read();
}

std::map<std::string, double> predicted_values(const FrontPoint& point) {
  auto values = point.values;
  for (const auto& [name, estimate] : point.predicted) values[name] = estimate.nominal;
  return values;
}

double interval_of(const RunSummary& run, const std::string& target) {
  for (const PredictorRecord& predictor : run.predictors) {
    if (predictor.target == target) return predictor.interval90;
  }
  return -1;
}

}  // namespace coppice

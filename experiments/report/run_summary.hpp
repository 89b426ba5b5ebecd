// What a run's folder holds, as plain values: all that a report tells.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "experiments/report/held_out.hpp"
#include "export/comparison.hpp"
#include "export/model_card.hpp"
#include "predictors/energy_csv.hpp"
#include "predictors/fitted_predictor.hpp"
#include "predictors/measurements.hpp"
#include "search/objective.hpp"

namespace coppice {

/// One evaluation of a training.
struct TrainingPoint {
  std::string phase;
  double step = 0;      ///< of all phases together
  double loss = 0;      ///< mean since the point before
  double smallest = 0;  ///< held-out accuracy in percent, of the smallest network of the phase
  double largest = 0;   ///< the same of the full network
};

/// Accuracy when so much energy was spent.
struct EnergyPoint {
  std::string phase;
  double energy_j = 0;  ///< since the training began, nominal
  double smallest = 0;
  double largest = 0;
};

/// supernet.h5, without its tensors.
struct TrainingRecord {
  std::string source;  ///< "trained", "imported from ..."
  std::string data_format;
  std::vector<std::string> class_names;
  std::int64_t held_out = 0;  ///< images of the training set that were never trained on
  std::int64_t seed = 0;
  std::vector<TrainingPoint> history;
  std::vector<EnergyPoint> energy_curve;  ///< from log.jsonl
};

/// A predictor file; without a fit, errors are those its header knows.
struct PredictorRecord {
  std::string target;
  std::string kind;
  double interval90 = -1;              ///< half-width in the target's unit; negative: unknown
  std::optional<FitSummary> fit;       ///< of predictors that were fitted here
  std::vector<HeldOutPoint> held_out;  ///< empty: its measurements are not there
};

struct FrontPoint {
  std::string architecture;              ///< a JSON line
  std::map<std::string, double> values;  ///< measured where the search measured, else predicted
  /// What fits to other networks predict where the search measured, with the 90 % interval.
  std::map<std::string, Estimate> predicted{};
};

/// search.h5
struct SearchRecord {
  std::string file;
  std::vector<Objective> objectives;
  std::vector<Limit> limits;
  bool measured = false;          ///< its networks were measured: search --measure
  std::vector<FrontPoint> front;  ///< best in the first objective first
  std::vector<double> evaluations;
  std::vector<double> hypervolume;  ///< by generation
  /// The same two of a random search; empty where there was none.
  std::vector<double> baseline_evaluations;
  std::vector<double> baseline_hypervolume;
};

/// A network that the run chose for one set of limits, or that was exported by hand.
struct ChosenNetwork {
  std::string id;  ///< "1", "2" ... in the order of best.jsonl
  std::vector<Limit> limits;
  bool by_hand = false;                     ///< exported, but chosen by no search of this run
  std::string architecture;                 ///< a JSON line
  std::map<std::string, double> predicted;  ///< quantity -> value; empty: unknown
  /// Of a search that measures: the interval around what is predicted, and what it measured, on
  /// held-out images and on its machine.
  std::map<std::string, Estimate> interval;
  std::map<std::string, double> measured;
  Known<ModelCard> card;
};

struct StepRecord {
  std::string name;
  bool done = false;
  double noise_floor_percent = -1;  ///< of the step's timings; negative: none
};

struct RunSummary {
  std::string name;                            ///< of the folder
  std::vector<std::string> missing;            ///< one line each: what is not there
  std::string space;                           ///< its name; empty: unknown
  std::string space_size;                      ///< architectures in decimal digits; empty: unknown
  std::optional<SearchSpace> described_space;  ///< what its networks are made of
  std::optional<TrainingRecord> training;
  std::optional<MeasurementTable> measurements;
  std::vector<PredictorRecord> predictors;
  std::vector<SearchRecord> searches;
  std::vector<ChosenNetwork> networks;
  std::vector<EnergyRow> energy;
  std::vector<std::string> grids;  ///< that energy.csv was charged with, each once, in words
  std::optional<Comparison> comparison;
  std::string comparison_grid;  ///< in words
  std::vector<StepRecord> steps;
  double noise_floor_percent = -1;  ///< of the measured latencies; negative: unknown
  std::string options;              ///< experiment.cfg
  std::string first_event;
  std::string last_event;  ///< times of log.jsonl
};

/// Throws Error when the folder is missing or holds nothing of a run, and when one of its files is
/// damaged. Parts that are not there yet are named in `missing`. `per_model`: searches carried out
/// for each model (run_cost.hpp); empty: those that experiment.cfg names, if any.
[[nodiscard]] RunSummary summarize_run(const std::filesystem::path& run,
                                       const std::filesystem::path& per_model = {});

/// What was predicted for a network of a front, whether it was measured or not.
[[nodiscard]] std::map<std::string, double> predicted_values(const FrontPoint& point);

/// Half-width of the 90 % interval of a target's predictor; negative: unknown.
[[nodiscard]] double interval_of(const RunSummary& run, const std::string& target);

}  // namespace coppice

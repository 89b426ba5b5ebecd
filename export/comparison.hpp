// Train once and specialise many times, against one search for each deployment scenario.
//
// Published methods and runs of this program may stand in one comparison only with their basis
// beside them: they differ in data, machine and boundary.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "export/scenario_cost.hpp"
#include "predictors/device_profile.hpp"
#include "predictors/estimate.hpp"
#include "predictors/grid_intensity.hpp"
#include "predictors/nas_methods.hpp"

namespace coppice {

/// The paper's own figures, for 40 scenarios, and how they follow from its hours.
struct PrintedFigures {
  int scenarios = kPaperScenarios;
  double gpu_hours = 0;
  double co2e_lb = 0;
  double dollars = 0;
  Reproduced co2e_check = Reproduced::from_exact_hours;
  Reproduced dollars_check = Reproduced::from_exact_hours;
};

struct ComparisonRow {
  std::string method;
  std::optional<double> gpu_hours;  ///< exact; only of published methods
  Estimate energy_kwh;
  Estimate co2e_kg;
  std::string basis;
  std::string source;
  std::optional<PrintedFigures> printed;
  /// Of the machine, beside co2e_kg and not in it; only where the machine and its time are known.
  std::optional<Estimate> embodied_kg = {};
  /// Software Carbon Intensity, kg for one deployed network: (operational + embodied) / scenarios.
  std::optional<Estimate> sci_kg = {};
};

struct BreakEven {
  std::string method;
  /// Smallest whole number of scenarios, at least 1, at which train-once costs no more; empty:
  /// never, or not comparable.
  std::optional<std::int64_t> scenarios;
  /// The same if every scenario cost as much as the dearest, and as the cheapest, that was carried
  /// out; only where several were.
  std::optional<std::int64_t> earliest = {};
  std::optional<std::int64_t> latest = {};
  /// Whether both were counted alike: a run of this program and hours that a paper reports differ
  /// in data, machine and boundary, and no number of scenarios follows from them.
  bool comparable = true;
};

struct Comparison {
  int scenarios = 0;
  std::vector<ComparisonRow> rows;
  std::vector<ScenarioCost> costs;    ///< of the rows, in their order: what curves are drawn from
  std::vector<BreakEven> break_even;  ///< against each method that is not train-once
  std::string note;                   ///< what must be said beside the table; may be empty
};

/// Embodied carbon and SCI of the rows that this program metered, on the machine of `profile`.
/// Throws Error when the profile does not know embodied.kgCO2e and embodied.lifetime_h.
void add_embodied(Comparison& comparison, const DeviceProfile& machine);

/// Share of the other method's energy that train-once (the first cost) saves at the comparison's
/// number of scenarios; negative where it costs more. Low and high: if every scenario cost as much
/// as the cheapest, and as the dearest, that was carried out.
[[nodiscard]] Estimate saving_against(const Comparison& comparison, const ScenarioCost& other);

/// Smallest N >= 1 with once_fixed + N once_each <= other_fixed + N other_each.
[[nodiscard]] std::optional<std::int64_t> break_even_scenarios(double once_fixed,
                                                               double once_each,
                                                               double other_fixed,
                                                               double other_each);

/// Smallest N at which the published OFA (1240 GPU-hours), each network fine-tuned for
/// `finetune_epochs` (0, 25 or 75; one GPU-hour an epoch), costs no more than `method`. Throws a
/// usage Error for other numbers of epochs: nothing is published for them.
[[nodiscard]] std::optional<std::int64_t> published_break_even(const NasMethod& method,
                                                               int finetune_epochs);

/// Table 1 of Cai et al. for `scenarios` >= 1 scenarios, from exact hours, with break-even for OFA
/// without fine-tuning. All rows at `grid`; without one at the paper's own (USA 2018, taken as
/// exact). Throws a usage Error when scenarios is out of range.
[[nodiscard]] Comparison compare_published(int scenarios,
                                           const std::optional<GridIntensity>& grid = {});

/// `run` (its row comes first) against `others`, all at the same grid. Published rows stand there
/// for scale alone, without break-even. Throws a usage Error when
/// scenarios < 1, an Error when a cost names no basis.
[[nodiscard]] Comparison compare_run(const ScenarioCost& run,
                                     const std::vector<ScenarioCost>& others,
                                     const GridIntensity& grid,
                                     int scenarios);

}  // namespace coppice

// Train once and specialise many times, against one search for each deployment scenario.
//
// A method costs fixed + scenarios x each. Published methods are charged the GPU-hours their papers
// report; a run of this program what its meter said. Both may stand in one comparison only with
// their basis beside them: they differ in data, machine and boundary.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "predictors/energy_csv.hpp"
#include "predictors/estimate.hpp"
#include "predictors/grid_intensity.hpp"
#include "predictors/nas_methods.hpp"

namespace coppice {

/// What one method costs, in joules at the facility (with PUE).
struct ScenarioCost {
  std::string method;
  Estimate fixed_j;    ///< once: training of the supernet, measuring, fitting
  Estimate each_j;     ///< for each scenario: search, fine-tuning, export
  std::string basis;   ///< "measured", "modelled", "as reported" ...; never empty
  std::string source;  ///< paper, file or meter
  std::optional<NasMethod> published;
};

/// A published method by the paper's 188 W a GPU and PUE 1.58; hours are taken as known to within
/// a factor of 2.
[[nodiscard]] ScenarioCost published_cost(const NasMethod& method);

/// All published methods that search for each model, or the one named `baseline`. Throws a usage
/// Error when there is none of that name.
[[nodiscard]] std::vector<ScenarioCost> published_searches(const std::string& baseline);

/// This program's own run, from the rows of its energy.csv: it trains, measures and fits once,
/// whatever it searches for, and searches, fine-tunes and exports for each scenario. A call of
/// `search` for several scenarios writes a phase for each, "search 1", "search 2" ...; what is
/// spent for all of them is divided by their number. REQUIRES rows.
[[nodiscard]] ScenarioCost metered_cost(const std::vector<EnergyRow>& rows);

/// Searches that were really carried out, one for each scenario, from rows of energy.csv whose
/// phases name the scenario: every further scenario costs their mean; low and high
/// are the cheapest one's low and the dearest one's high. REQUIRES rows.
[[nodiscard]] ScenarioCost per_model_cost(const std::vector<EnergyRow>& rows);

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
};

struct BreakEven {
  std::string method;
  /// Smallest whole number of scenarios, at least 1, at which train-once costs no more; empty:
  /// never.
  std::optional<std::int64_t> scenarios;
};

struct Comparison {
  int scenarios = 0;
  std::vector<ComparisonRow> rows;
  std::vector<ScenarioCost> costs;    ///< of the rows, in their order: what curves are drawn from
  std::vector<BreakEven> break_even;  ///< against each method that is not train-once
  std::string note;                   ///< what must be said beside the table; may be empty
};

/// Numbers of scenarios at which curves are drawn: 1 to 1000.
[[nodiscard]] const std::vector<int>& curve_scenarios();

/// Energy (nominal, joules) of `scenarios` scenarios: the curve to draw.
[[nodiscard]] double total_joules(const ScenarioCost& cost, std::int64_t scenarios);

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

/// `run` (its row comes first) against `others`, all at the same grid. Throws a usage Error when
/// scenarios < 1, an Error when a cost names no basis.
[[nodiscard]] Comparison compare_run(const ScenarioCost& run,
                                     const std::vector<ScenarioCost>& others,
                                     const GridIntensity& grid,
                                     int scenarios);

}  // namespace coppice

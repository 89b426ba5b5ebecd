// What one method costs: fixed + scenarios x each.
//
// Published methods are charged the GPU-hours their papers report; a run of this program what its
// meter said.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "predictors/energy_csv.hpp"
#include "predictors/estimate.hpp"
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
  Seconds fixed_s = {};                  ///< time of the machine; 0 for published methods
  Seconds each_s = {};                   ///< for each scenario
  std::vector<double> carried_out = {};  ///< joules (nominal) of each scenario really carried out
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

/// The same run where every network is trained further: each scenario costs the mean of these
/// fine-tunings more, each the rows of one energy.csv. REQUIRES tunings with rows.
[[nodiscard]] ScenarioCost with_finetuning(const ScenarioCost& run,
                                           const std::vector<std::vector<EnergyRow>>& tunings);

/// Numbers of scenarios at which curves are drawn: 1 to 1000.
[[nodiscard]] const std::vector<int>& curve_scenarios();

/// Energy (nominal, joules) of `scenarios` scenarios: the curve to draw.
[[nodiscard]] double total_joules(const ScenarioCost& cost, std::int64_t scenarios);

}  // namespace coppice

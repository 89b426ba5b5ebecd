#include "experiments/report/run_cost.hpp"

#include <algorithm>
#include <set>

#include "experiments/carbon_options.hpp"
#include "experiments/config_file.hpp"
#include "experiments/report/labels.hpp"

namespace coppice {
namespace {

bool happens_once(const std::string& phase) {
  return phase.rfind("train", 0) == 0 || phase.rfind("measure", 0) == 0 ||
         phase.rfind("fit", 0) == 0;
}

std::vector<ScenarioCost> per_model_costs(const std::string& baseline) {
  std::vector<ScenarioCost> costs;
  if (!baseline.empty()) return {published_cost(find_nas_method(baseline))};
  for (const NasMethod& method : nas_methods()) {
    if (!method.train_once) costs.push_back(published_cost(method));
  }
  return costs;
}

}  // namespace

ScenarioCost cost_of_run(const std::vector<EnergyRow>& rows, const std::string& source) {
  ScenarioCost cost;
  cost.method = "this run";
  cost.source = source;
  std::vector<std::string> bases;
  std::set<std::string> searches;
  for (const EnergyRow& row : rows) {
    Estimate& part = happens_once(row.phase) ? cost.fixed_j : cost.each_j;
    part = part + row.energy_j;
    if (row.phase.rfind("search", 0) == 0) searches.insert(row.phase);
    if (std::find(bases.begin(), bases.end(), row.basis) == bases.end()) bases.push_back(row.basis);
  }
  // One call searches and exports for all scenarios of its file; each is a phase "search N".
  const auto scenarios = static_cast<double>(std::max<std::size_t>(1, searches.size()));
  cost.each_j = cost.each_j * (1 / scenarios);
  cost.basis = joined(bases, "; ");
  return cost;
}

ComparisonOptions read_comparison_options(const std::filesystem::path& options) {
  ComparisonOptions out;
  out.scenarios = CarbonCommand{}.scenarios;
  if (!std::filesystem::exists(options)) return out;
  for (const auto& [key, value] : read_config(options)) {
    if (key == "carbon.scenarios") read_words({value}, out.scenarios);
    if (key == "carbon.baseline") out.baseline = value;
    if (key == "carbon.region") out.region = value;
  }
  return out;
}

Comparison compare_rows(const std::vector<EnergyRow>& rows,
                        const ComparisonOptions& options,
                        const GridIntensity& grid) {
  return compare_run(cost_of_run(rows, "energy.csv of the run"),
                     per_model_costs(options.baseline),
                     grid,
                     options.scenarios);
}

}  // namespace coppice

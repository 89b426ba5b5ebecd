#include "export/scenario_cost.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "supernet/base/units.hpp"

namespace coppice {
namespace {

bool happens_once(const std::string& phase) {
  return phase.rfind("train", 0) == 0 || phase.rfind("measure", 0) == 0 ||
         phase.rfind("fit", 0) == 0;
}

// Which scenario a phase served: "search and measure 2" the same as "search 2".
std::string scenario_of(std::string phase) {
  const std::string measuring = " and measure";
  const auto place = phase.find(measuring);
  return place == std::string::npos ? phase : phase.erase(place, measuring.size());
}

}  // namespace

ScenarioCost metered_cost(const std::vector<EnergyRow>& rows) {
  ScenarioCost cost;
  cost.method = "this run";
  cost.source = "energy.csv of the run";
  std::set<std::string> searches;
  Estimate for_all;
  Seconds seconds_for_all;
  for (const EnergyRow& row : rows) {
    const bool once = happens_once(row.phase);
    Estimate& part = once ? cost.fixed_j : for_all;
    part = part + row.energy_j;
    (once ? cost.fixed_s : seconds_for_all) += row.duration;
    // A search that was interrupted and resumed has two rows of one name.
    if (row.phase.rfind("search", 0) == 0) searches.insert(scenario_of(row.phase));
    append_once(cost.basis, row.basis);
  }
  const auto scenarios = static_cast<double>(std::max<std::size_t>(1, searches.size()));
  cost.each_j = for_all * (1 / scenarios);
  cost.each_s = seconds_for_all / scenarios;
  return cost;
}

ScenarioCost per_model_cost(const std::vector<EnergyRow>& rows) {
  ScenarioCost cost;
  cost.method = "one search for each model";
  cost.source = "energy.csv of the searches";
  std::map<std::string, Estimate> scenarios;
  for (const EnergyRow& row : rows) {
    Estimate& scenario = scenarios[row.phase];
    scenario = scenario + row.energy_j;
    append_once(cost.basis, row.basis);
    cost.each_s += row.duration;
  }
  Estimate sum;
  for (const auto& [phase, energy_j] : scenarios) {
    sum = sum + energy_j;
    cost.carried_out.push_back(energy_j.nominal);
  }
  const auto count = static_cast<double>(scenarios.size());
  cost.each_j = sum * (1 / count);
  cost.each_s = cost.each_s / count;
  for (const auto& [phase, energy_j] : scenarios) {
    cost.each_j.low = std::min(cost.each_j.low, energy_j.low);
    cost.each_j.high = std::max(cost.each_j.high, energy_j.high);
  }
  return cost;
}

ScenarioCost with_finetuning(const ScenarioCost& run,
                             const std::vector<std::vector<EnergyRow>>& tunings) {
  ScenarioCost cost = run;
  cost.method += ", networks fine-tuned";
  cost.source += " and of " + std::to_string(tunings.size()) + " fine-tunings";
  const auto count = static_cast<double>(tunings.size());
  for (const auto& rows : tunings) {
    for (const EnergyRow& row : rows) {
      cost.each_j = cost.each_j + row.energy_j * (1 / count);
      cost.each_s += row.duration / count;
      append_once(cost.basis, row.basis);
    }
  }
  return cost;
}

const std::vector<int>& curve_scenarios() {
  static const std::vector<int> numbers{1, 2, 3, 5, 7, 10, 20, 40, 100, 200, 500, 1000};
  return numbers;
}

ScenarioCost published_cost(const NasMethod& method) {
  const auto joules = [](double hours) {
    return within_factor(paper_energy(hours).value(), kReportedHoursFactor);
  };
  return {method.name,
          joules(fixed_gpu_hours(method)),
          joules(gpu_hours_each(method)),
          "as reported (GPU-hours for ImageNet x 188 W x PUE 1.58)",
          "Cai et al. 2020, table 1; Strubell et al. 2019, table 3",
          method};
}

std::vector<ScenarioCost> published_searches(const std::string& baseline) {
  if (!baseline.empty()) return {published_cost(find_nas_method(baseline))};
  std::vector<ScenarioCost> costs;
  for (const NasMethod& method : nas_methods()) {
    if (!method.train_once) costs.push_back(published_cost(method));
  }
  return costs;
}

double total_joules(const ScenarioCost& cost, std::int64_t scenarios) {
  return cost.fixed_j.nominal + static_cast<double>(scenarios) * cost.each_j.nominal;
}

}  // namespace coppice

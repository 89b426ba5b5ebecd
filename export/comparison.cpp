#include "export/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

constexpr double kGramsPerKilogram = 1000.0;

void require_scenarios(int scenarios) {
  require_usage(scenarios >= 1 && scenarios <= 1000000,
                "scenarios = ",
                scenarios,
                ", must be between 1 and 1000000");
}

PrintedFigures printed_figures(const NasMethod& method) {
  PrintedFigures printed;
  printed.gpu_hours = method.gpu_hours.value;
  printed.co2e_lb = method.co2e_lb.value;
  printed.dollars = method.dollars.value;
  printed.co2e_check = check_printed_co2e(method);
  printed.dollars_check = check_printed_dollars(method);
  return printed;
}

/// `grams_per_kwh` as an estimate: exact for the paper's own factor, which is part of its result.
ComparisonRow make_row(const ScenarioCost& cost, int scenarios, const Estimate& grams_per_kwh) {
  require(!cost.basis.empty(), "the cost of '", cost.method, "' does not say how it is known");
  ComparisonRow row;
  row.method = cost.method;
  row.energy_kwh =
      (cost.fixed_j + cost.each_j * static_cast<double>(scenarios)) * (1 / kJoulesPerKilowattHour);
  row.co2e_kg = row.energy_kwh * (grams_per_kwh * (1 / kGramsPerKilogram));
  row.basis = cost.basis;
  row.source = cost.source;
  if (cost.published) {
    row.gpu_hours = gpu_hours(*cost.published, scenarios);
    row.printed = printed_figures(*cost.published);
  }
  return row;
}

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

std::string mixed_basis_note(const std::vector<ComparisonRow>& rows) {
  for (const auto& row : rows) {
    if (row.basis == rows.front().basis) continue;
    return text("the rows do not rest on the same ground ('",
                rows.front().basis,
                "' against '",
                row.basis,
                "'): they differ in data, machine and boundary, so read them as orders of "
                "magnitude");
  }
  return {};
}

}  // namespace

ScenarioCost metered_cost(const std::vector<EnergyRow>& rows) {
  ScenarioCost cost;
  cost.method = "this run";
  cost.source = "energy.csv of the run";
  std::vector<std::string> bases;
  std::set<std::string> searches;
  Estimate for_all;
  for (const EnergyRow& row : rows) {
    Estimate& part = happens_once(row.phase) ? cost.fixed_j : for_all;
    part = part + row.energy_j;
    // A search that was interrupted and resumed has two rows of one name.
    if (row.phase.rfind("search", 0) == 0) searches.insert(scenario_of(row.phase));
    if (std::find(bases.begin(), bases.end(), row.basis) == bases.end()) bases.push_back(row.basis);
  }
  const auto scenarios = static_cast<double>(std::max<std::size_t>(1, searches.size()));
  cost.each_j = for_all * (1 / scenarios);
  for (const std::string& basis : bases) cost.basis += (cost.basis.empty() ? "" : "; ") + basis;
  return cost;
}

ScenarioCost per_model_cost(const std::vector<EnergyRow>& rows) {
  ScenarioCost cost;
  cost.method = "one search for each model";
  cost.source = "energy.csv of the searches";
  cost.basis = rows.front().basis;
  std::map<std::string, Estimate> scenarios;
  for (const EnergyRow& row : rows) {
    Estimate& scenario = scenarios[row.phase];
    scenario = scenario + row.energy_j;
  }
  Estimate sum;
  for (const auto& [phase, energy_j] : scenarios) sum = sum + energy_j;
  cost.each_j = sum * (1 / static_cast<double>(scenarios.size()));
  for (const auto& [phase, energy_j] : scenarios) {
    cost.each_j.low = std::min(cost.each_j.low, energy_j.low);
    cost.each_j.high = std::max(cost.each_j.high, energy_j.high);
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

std::optional<std::int64_t> break_even_scenarios(double once_fixed,
                                                 double once_each,
                                                 double other_fixed,
                                                 double other_each) {
  if (once_fixed + once_each <= other_fixed + other_each) return 1;
  const double gain = other_each - once_each;
  if (gain <= 0) return std::nullopt;
  // A tie counts; rounding noise must not push it to the next whole number.
  const double crossing = (once_fixed - other_fixed) / gain;
  const double scenarios = std::ceil(crossing * (1 - 1e-12));
  if (scenarios > 9e15) return std::nullopt;
  return static_cast<std::int64_t>(scenarios);
}

std::optional<std::int64_t> published_break_even(const NasMethod& method, int finetune_epochs) {
  require_usage(finetune_epochs == 0 || finetune_epochs == 25 || finetune_epochs == 75,
                "finetune epochs = ",
                finetune_epochs,
                ", must be 0, 25 or 75: the paper reports no other");
  const std::string name =
      finetune_epochs == 0 ? "OFA w/ PS" : text("OFA w/ PS #", finetune_epochs);
  const NasMethod& ofa = find_nas_method(name);
  return break_even_scenarios(
      fixed_gpu_hours(ofa), gpu_hours_each(ofa), fixed_gpu_hours(method), gpu_hours_each(method));
}

Comparison compare_published(int scenarios, const std::optional<GridIntensity>& grid) {
  require_scenarios(scenarios);
  const Estimate grams_per_kwh =
      grid ? within_factor(grid->grams_per_kwh, kGridFactor) : exactly(kPaperGramsPerKwh);
  Comparison comparison;
  comparison.scenarios = scenarios;
  for (const auto& method : nas_methods()) {
    comparison.costs.push_back(published_cost(method));
    comparison.rows.push_back(make_row(comparison.costs.back(), scenarios, grams_per_kwh));
    if (method.train_once) continue;
    comparison.break_even.push_back({method.name, published_break_even(method, 0)});
  }
  comparison.note =
      text("GPU-hours are those the papers report; every GPU is charged 188 W at PUE 1.58 and ",
           grid ? describe(*grid) : "433 g CO2e/kWh (USA, 2018, the papers' own)",
           "; NASNet-A and MnasNet search anew for each scenario; failed runs, data, inference and "
           "the making of the hardware are left out");
  return comparison;
}

Comparison compare_run(const ScenarioCost& run,
                       const std::vector<ScenarioCost>& others,
                       const GridIntensity& grid,
                       int scenarios) {
  require_scenarios(scenarios);
  const Estimate grams_per_kwh = within_factor(grid.grams_per_kwh, kGridFactor);
  Comparison comparison;
  comparison.scenarios = scenarios;
  comparison.rows.push_back(make_row(run, scenarios, grams_per_kwh));
  comparison.costs.push_back(run);
  for (const auto& other : others) {
    comparison.costs.push_back(other);
    comparison.rows.push_back(make_row(other, scenarios, grams_per_kwh));
    comparison.break_even.push_back({other.method,
                                     break_even_scenarios(run.fixed_j.nominal,
                                                          run.each_j.nominal,
                                                          other.fixed_j.nominal,
                                                          other.each_j.nominal)});
  }
  const std::string mixed = mixed_basis_note(comparison.rows);
  comparison.note = "every row is charged at " + describe(grid) +
                    ", the published ones too, so that they compare" +
                    (mixed.empty() ? "" : "; " + mixed);
  return comparison;
}

}  // namespace coppice

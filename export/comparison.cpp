#include "export/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "predictors/energy_model.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

constexpr double kGramsPerKilogram = 1000.0;

void require_scenarios(int scenarios) {
  require_usage(scenarios >= 1 && scenarios <= 1'000'000,
                "--scenarios = ",
                scenarios,
                ", must be 1 to 1000000");
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

bool counted_alike(const ScenarioCost& a, const ScenarioCost& b) {
  return a.published.has_value() == b.published.has_value();
}

BreakEven break_even_of(const ScenarioCost& once, const ScenarioCost& other) {
  if (!counted_alike(once, other)) return {other.method, {}, {}, {}, /*comparable=*/false};
  const auto at = [&](double other_each) {
    return break_even_scenarios(
        once.fixed_j.nominal, once.each_j.nominal, other.fixed_j.nominal, other_each);
  };
  BreakEven point{other.method, at(other.each_j.nominal)};
  if (other.carried_out.size() > 1) {
    const auto [least, most] =
        std::minmax_element(other.carried_out.begin(), other.carried_out.end());
    point.earliest = at(*most);
    point.latest = at(*least);
  }
  return point;
}

}  // namespace

void add_embodied(Comparison& comparison, const DeviceProfile& machine) {
  const auto scenarios = static_cast<double>(comparison.scenarios);
  for (std::size_t i = 0; i < comparison.rows.size(); ++i) {
    const ScenarioCost& cost = comparison.costs[i];
    if (cost.published) continue;  // on machines that its paper does not describe
    const auto grams = embodied_grams(machine, cost.fixed_s + cost.each_s * scenarios);
    require(grams.has_value(),
            "profile '",
            machine.id,
            "' has no embodied.kgCO2e and embodied.lifetime_h; add them to the profile");
    ComparisonRow& row = comparison.rows[i];
    row.embodied_kg = *grams * (1 / kGramsPerKilogram);
    row.sci_kg = (row.co2e_kg + *row.embodied_kg) * (1 / scenarios);
  }
}

Estimate saving_against(const Comparison& comparison, const ScenarioCost& other) {
  const int n = comparison.scenarios;
  const double once = total_joules(comparison.costs.front(), n);
  const auto saved = [&](double each) { return 1 - once / (other.fixed_j.nominal + n * each); };
  Estimate saving = exactly(saved(other.each_j.nominal));
  for (const double each : other.carried_out) {
    saving.low = std::min(saving.low, saved(each));
    saving.high = std::max(saving.high, saved(each));
  }
  return saving;
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
    comparison.break_even.push_back(break_even_of(run, other));
  }
  comparison.note = "every row is charged at " + describe(grid);
  const bool mixed = std::any_of(others.begin(), others.end(), [&run](const ScenarioCost& other) {
    return !counted_alike(run, other);
  });
  if (mixed) {
    comparison.note +=
        "; what papers report stands there for scale: their data, machines and boundaries are "
        "others, so no break-even follows";
  }
  return comparison;
}

}  // namespace coppice

// `coppice carbon compare`: train once and specialise, against one search for each model; and
// `coppice carbon deployment`.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "experiments/commands/carbon_deployment.hpp"
#include "experiments/light_commands.hpp"
#include "experiments/output.hpp"
#include "experiments/report/run_cost.hpp"
#include "experiments/run_folder.hpp"
#include "export/comparison.hpp"
#include "export/machine_cost.hpp"
#include "export/published_claims.hpp"
#include "predictors/carbon_equivalents.hpp"
#include "predictors/energy_csv.hpp"
#include "predictors/hourly_grid.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kGramsPerKilogram = 1000;

std::vector<EnergyRow> energy_of(const std::filesystem::path& run) {
  const auto path = run / kRunEnergyFile;
  std::vector<EnergyRow> rows = read_energy_csv(path);
  require(!rows.empty(), path.string(), " has no rows: the run has not spent anything yet");
  return rows;
}

// The published table, without the per-model methods that are not asked for.
Comparison published_comparison(int scenarios,
                                const std::string& baseline,
                                const std::optional<GridIntensity>& grid) {
  Comparison comparison = compare_published(scenarios, grid);
  if (baseline.empty()) return comparison;
  const std::string kept = for_option("--baseline", [&] { return find_nas_method(baseline).name; });
  const auto left_out = [&kept](const auto& row) {
    return row.method != kept && !find_nas_method(row.method).train_once;
  };
  auto& rows = comparison.rows;
  rows.erase(std::remove_if(rows.begin(), rows.end(), left_out), rows.end());
  auto& points = comparison.break_even;
  points.erase(std::remove_if(points.begin(), points.end(), left_out), points.end());
  return comparison;
}

std::optional<DeviceProfile> machine_of(const CarbonCommand& command) {
  if (command.machine.empty()) return std::nullopt;
  return read_device_profile(command.machine);
}

// Embodied carbon where the profile knows it, and what was added to the meter's joules.
void describe_machine(Comparison& comparison, const DeviceProfile& machine) {
  const std::string added = facility_text(machine);
  if (!added.empty()) comparison.note += "; metered joules stand with " + added;
  if (machine.embodied_kg && machine.lifetime_hours) {
    add_embodied(comparison, machine);
    comparison.note += "; embodied carbon of " + machine.id +
                       " (x0.5 to x2) stands beside the operational one, and both in the SCI";
  } else {
    comparison.note += "; embodied carbon of " + machine.id + " is not known";
  }
}

// A comparison, and the same for networks that are trained further.
struct Compared {
  Comparison plain;
  std::optional<Comparison> finetuned;
};

Compared compare(const CarbonCommand& command) {
  const bool own_grid =
      !command.region.empty() || !command.grid_csv.empty() || !command.hourly.empty();
  if (command.run.empty()) {
    const auto grid = own_grid ? std::make_optional(grid_of(command)) : std::nullopt;
    return {published_comparison(command.scenarios, command.baseline, grid), std::nullopt};
  }
  const GridIntensity grid = grid_of(command);
  const auto machine = machine_of(command);
  const auto corrected = [&machine](const std::vector<EnergyRow>& rows) {
    return machine ? at_facility(rows, *machine) : rows;
  };
  const ScenarioCost once = metered_cost(corrected(energy_of(command.run)));
  std::vector<ScenarioCost> others;
  if (!command.per_model.empty()) {
    others.push_back(per_model_cost(corrected(energy_of_searches(command.per_model))));
  }
  for (ScenarioCost& cost : published_searches(command.baseline)) others.push_back(std::move(cost));
  const auto compared = [&](const ScenarioCost& cost) {
    Comparison comparison = compare_run(cost, others, grid, command.scenarios);
    if (machine) describe_machine(comparison, *machine);
    return comparison;
  };
  Compared result{compared(once), std::nullopt};
  if (command.finetuned.empty()) return result;
  std::vector<std::vector<EnergyRow>> tunings;
  for (const auto& run : command.finetuned) tunings.push_back(corrected(energy_of(run)));
  result.finetuned = compared(with_finetuning(once, tunings));
  return result;
}

Json printed_json(const PrintedFigures& printed) {
  return {{"scenarios", printed.scenarios},
          {"gpu_hours", printed.gpu_hours},
          {"co2e_lb", printed.co2e_lb},
          {"co2e_check", to_text(printed.co2e_check)},
          {"dollars", printed.dollars},
          {"dollars_check", to_text(printed.dollars_check)}};
}

Json equivalents_json(const ComparisonRow& row) {
  Json out = Json::array();
  for (const CarbonEquivalent& e : carbon_equivalents(row.co2e_kg.nominal * kGramsPerKilogram)) {
    out.push_back({{"amount", e.amount}, {"what", e.what}, {"source", e.source}});
  }
  return out;
}

// Energy of each method, scenario by scenario.
Json curve_json(const Comparison& comparison) {
  Json nominal = Json::object();
  Json low = Json::object();
  Json high = Json::object();
  for (const ScenarioCost& cost : comparison.costs) {
    for (const int scenarios : curve_scenarios()) {
      const Estimate kwh = (cost.fixed_j + cost.each_j * scenarios) * (1 / kJoulesPerKilowattHour);
      nominal[cost.method].push_back(kwh.nominal);
      low[cost.method].push_back(kwh.low);
      high[cost.method].push_back(kwh.high);
    }
  }
  return {{"scenarios", curve_scenarios()},
          {"energy_kwh", std::move(nominal)},
          {"energy_kwh_low", std::move(low)},
          {"energy_kwh_high", std::move(high)}};
}

// What fine-tuning each network changes, of the published methods.
Json finetuned_json() {
  Json out = Json::object();
  for (const int epochs : {25, 75}) {
    Json points = Json::object();
    for (const NasMethod& method : nas_methods()) {
      if (method.train_once) continue;
      const auto point = published_break_even(method, epochs);
      points[method.name] = point ? Json(*point) : Json(nullptr);
    }
    out[std::to_string(epochs)] = std::move(points);
  }
  return out;
}

Json claims_json() {
  Json out = Json::array();
  for (const CheckedClaim& c : published_claims()) {
    out.push_back({{"claim", c.claim}, {"finding", c.finding}});
  }
  return out;
}

Json estimate_json(const std::optional<Estimate>& estimate) {
  if (!estimate) return nullptr;
  return {{"value", estimate->nominal}, {"low", estimate->low}, {"high", estimate->high}};
}

Json number(const std::optional<std::int64_t>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json break_even_json(const Comparison& comparison) {
  Json out = Json::object();
  for (const BreakEven& point : comparison.break_even) out[point.method] = number(point.scenarios);
  return out;
}

// Of methods of which several scenarios were carried out.
Json range_json(const Comparison& comparison) {
  Json out = Json::object();
  for (const BreakEven& point : comparison.break_even) {
    const bool known = point.earliest || point.latest;
    if (!known) continue;
    out[point.method] = {{"earliest", number(point.earliest)}, {"latest", number(point.latest)}};
  }
  return out;
}

// Against searches that were carried out here: what papers report is of other data and machines.
Json savings_json(const Comparison& comparison) {
  Json out = Json::object();
  for (const ScenarioCost& cost : comparison.costs) {
    if (!cost.carried_out.empty()) out[cost.method] = saving_against(comparison, cost).nominal;
  }
  return out;
}

// If every scenario cost as much as the cheapest, and as the dearest, that was carried out.
Json savings_range_json(const Comparison& comparison) {
  Json out = Json::object();
  for (const ScenarioCost& cost : comparison.costs) {
    if (cost.carried_out.empty()) continue;
    const Estimate saving = saving_against(comparison, cost);
    out[cost.method] = {{"low", saving.low}, {"high", saving.high}};
  }
  return out;
}

// Methods of which no break-even can be told.
Json not_comparable_json(const Comparison& comparison) {
  Json out = Json::array();
  for (const BreakEven& point : comparison.break_even) {
    if (!point.comparable) out.push_back(point.method);
  }
  return out;
}

Json row_json(const ComparisonRow& row) {
  return {{"method", row.method},
          {"gpu_hours", row.gpu_hours ? Json(*row.gpu_hours) : Json(nullptr)},
          {"energy_kwh", row.energy_kwh.nominal},
          {"energy_kwh_low", row.energy_kwh.low},
          {"energy_kwh_high", row.energy_kwh.high},
          {"co2e_kg", row.co2e_kg.nominal},
          {"low", row.co2e_kg.low},
          {"high", row.co2e_kg.high},
          {"embodied_kg", estimate_json(row.embodied_kg)},
          {"sci_kg_per_network", estimate_json(row.sci_kg)},
          {"basis", row.basis},
          {"source", row.source},
          {"equivalents", equivalents_json(row)},
          {"printed", row.printed ? printed_json(*row.printed) : Json(nullptr)}};
}

Json finetuned_run_json(const std::optional<Comparison>& finetuned) {
  if (!finetuned) return nullptr;
  return {{"row", row_json(finetuned->rows.front())},
          {"break_even", break_even_json(*finetuned)},
          {"break_even_range", range_json(*finetuned)}};
}

std::string as_json(const Compared& compared) {
  const Comparison& comparison = compared.plain;
  Json rows = Json::array();
  for (const ComparisonRow& row : comparison.rows) rows.push_back(row_json(row));
  return Json{{"scenarios", comparison.scenarios},
              {"note", comparison.note},
              {"rows", std::move(rows)},
              {"break_even", break_even_json(comparison)},
              {"break_even_range", range_json(comparison)},
              {"not_comparable", not_comparable_json(comparison)},
              {"savings", savings_json(comparison)},
              {"savings_range", savings_range_json(comparison)},
              {"finetuned", finetuned_run_json(compared.finetuned)},
              {"break_even_published_finetuned_epochs", finetuned_json()},
              {"curve", curve_json(comparison)},
              {"claims", claims_json()}}
      .dump();
}

std::string break_even_text(const Comparison& comparison, const std::string& method) {
  for (const BreakEven& b : comparison.break_even) {
    if (b.method != method) continue;
    if (!b.comparable) return "not comparable";
    std::string point = b.scenarios ? std::to_string(*b.scenarios) : "never";
    const auto bound = [](const std::optional<std::int64_t>& scenarios) {
      return scenarios ? std::to_string(*scenarios) : "never";
    };
    if (b.earliest || b.latest) {
      point += " (" + bound(b.earliest) + " to " + bound(b.latest) + ")";
    }
    return point;
  }
  return "-";
}

std::string printed_text(const ComparisonRow& row) {
  if (!row.printed) return "-";
  const char* mark = row.printed->co2e_check == Reproduced::from_exact_hours     ? ""
                     : row.printed->co2e_check == Reproduced::from_rounded_hours ? " r"
                                                                                 : " x";
  return fmt::format("{:.4g}{}", row.printed->co2e_lb, mark);
}

std::string row_text(const ComparisonRow& row, const Comparison& comparison) {
  return fmt::format("{:<32}{:>12}{:>14.4g}{:>12.4g}{:>24}{:>14}{:>18}\n",
                     row.method,
                     row.gpu_hours ? fmt::format("{:.6g}", *row.gpu_hours) : "-",
                     row.energy_kwh.nominal,
                     row.co2e_kg.nominal,
                     fmt::format("{:.4g} to {:.4g}", row.co2e_kg.low, row.co2e_kg.high),
                     printed_text(row),
                     break_even_text(comparison, row.method));
}

// What the columns do not say: what each row rests on, and the paper's figures.
std::string legend_text(const Comparison& comparison) {
  std::string out;
  bool printed = false;
  std::set<std::string> said;  // whole bases: "modelled" is also a part of others
  for (const ComparisonRow& row : comparison.rows) {
    printed = printed || row.printed;
    if (said.insert(row.basis).second) out += (out.empty() ? "basis: " : " | ") + row.basis;
  }
  out += "\n";
  if (!printed) return out;
  return out +
         "paper: CO2e in pounds as table 1 prints it, for 40 scenarios at its own grid; r: follows "
         "only from hours rounded as the paper rounds them, x: does not follow from its hours\n";
}

// The first row's grams in things that people know.
std::string equivalents_of(const ComparisonRow& row) {
  const double grams = row.co2e_kg.nominal * kGramsPerKilogram;
  return row.method + " is about " + equivalents_text(grams) + "\n";
}

std::string embodied_text(const ComparisonRow& row) {
  if (!row.embodied_kg) return {};
  return fmt::format(
      "{}: embodied {:.3g} kg ({:.3g} to {:.3g}); SCI {:.3g} kg a network ({:.3g} to {:.3g})\n",
      row.method,
      row.embodied_kg->nominal,
      row.embodied_kg->low,
      row.embodied_kg->high,
      row.sci_kg->nominal,
      row.sci_kg->low,
      row.sci_kg->high);
}

std::string finetuned_text(const Compared& compared) {
  if (!compared.finetuned) return {};
  const Comparison& tuned = *compared.finetuned;
  std::string out = row_text(tuned.rows.front(), tuned);
  for (const BreakEven& point : tuned.break_even) {
    if (!point.comparable) continue;
    out += fmt::format(
        "  its break-even with {}: {}\n", point.method, break_even_text(tuned, point.method));
  }
  return out;
}

// The answer in words, against searches that were carried out here.
std::string saving_text(const Comparison& comparison) {
  std::string out;
  for (const ScenarioCost& cost : comparison.costs) {
    if (cost.carried_out.empty()) continue;
    const Estimate saving = saving_against(comparison, cost);
    const auto carried_out = static_cast<int>(cost.carried_out.size());
    out += fmt::format(
        "{} took {:.3g} ({:.3g} to {:.3g}) times the energy of {} for {} scenarios (break-even: "
        "{}; {} carried out{})\n",
        comparison.rows.front().method,
        1 - saving.nominal,
        1 - saving.high,
        1 - saving.low,
        cost.method,
        comparison.scenarios,
        break_even_text(comparison, cost.method),
        carried_out,
        carried_out < comparison.scenarios ? ", each further one taken to cost their mean" : "");
  }
  return out;
}

std::string as_table(const Compared& compared) {
  const Comparison& comparison = compared.plain;
  std::string out =
      fmt::format("{} deployment scenarios\n{:<32}{:>12}{:>14}{:>12}{:>24}{:>14}{:>18}\n",
                  comparison.scenarios,
                  "method",
                  "GPU-hours",
                  "energy [kWh]",
                  "CO2e [kg]",
                  "low to high [kg]",
                  "paper [lb]",
                  "break-even");
  for (const ComparisonRow& row : comparison.rows) out += row_text(row, comparison);
  out += finetuned_text(compared);
  out += legend_text(comparison);
  if (!comparison.rows.front().printed) out += equivalents_of(comparison.rows.front());
  out += saving_text(comparison);
  for (const ComparisonRow& row : comparison.rows) out += embodied_text(row);
  if (!comparison.note.empty()) out += "note: " + comparison.note + "\n";
  for (const CheckedClaim& c : published_claims()) {
    out += "\nclaim: \"" + c.claim + "\"\n       " + c.finding + "\n";
  }
  return out;
}

}  // namespace

GridIntensity grid_of(const CarbonCommand& command) {
  if (!command.hourly.empty()) {
    const auto hours = read_hourly_grid(command.hourly);
    const GridHour hour = hour_at(hours, command.when);
    const GridHour best = cleanest_hour(hours);
    const std::string where = command.region.empty() ? "" : command.region + ", ";
    return {"",
            where + "hour " + hour.time,
            hour.grams_per_kwh,
            std::stoi(hour.time.substr(0, 4)),
            fmt::format("{}; cleanest hour there: {} with {:g} g",
                        command.hourly.filename().string(),
                        best.time,
                        best.grams_per_kwh)};
  }
  const GridTable table =
      command.grid_csv.empty() ? GridTable::built_in() : GridTable::read(command.grid_csv);
  return for_option("--region", [&] {
    return table.find(command.region.empty() ? kDefaultRegion : command.region);
  });
}

void run_carbon(const CarbonCommand& command) {
  if (command.action == "deployment") {
    run_deployment(command);
    return;
  }
  const Compared compared = compare(command);
  print_result(command.common.json ? as_json(compared) : as_table(compared));
}

}  // namespace coppice

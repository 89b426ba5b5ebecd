// `coppice carbon compare`: train once and specialise, against one search for each model; and
// `coppice carbon deployment`.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "experiments/commands/carbon_deployment.hpp"
#include "experiments/light_commands.hpp"
#include "experiments/output.hpp"
#include "experiments/run_folder.hpp"
#include "export/comparison.hpp"
#include "export/published_claims.hpp"
#include "predictors/carbon_equivalents.hpp"
#include "predictors/energy_csv.hpp"
#include "predictors/hourly_grid.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kGramsPerKilogram = 1000;
constexpr const char* kTrainOnce = "OFA w/ PS";

std::vector<EnergyRow> energy_of(const std::filesystem::path& run) {
  const auto path = run / kRunEnergyFile;
  std::vector<EnergyRow> rows = read_energy_csv(path);
  require(!rows.empty(), path.string(), " has no rows: the run has not spent anything yet");
  return rows;
}

// Whatever trainings DIR/scenario-N holds were done for that scenario.
std::vector<EnergyRow> energy_of_searches(const std::filesystem::path& folder) {
  std::vector<EnergyRow> rows;
  for (int n = 1; std::filesystem::is_directory(folder / text("scenario-", n)); ++n) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(folder / text("scenario-", n))) {
      if (entry.path().filename() == kRunEnergyFile) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    for (const auto& file : files) {
      for (EnergyRow row : read_energy_csv(file)) {
        row.phase = text("scenario ", n);
        rows.push_back(std::move(row));
      }
    }
  }
  require(!rows.empty(),
          folder.string(),
          " holds no searches: there is no scenario-1 with an ",
          kRunEnergyFile,
          " of a training in it");
  return rows;
}

// The published table, without the per-model methods that are not asked for.
Comparison published_comparison(int scenarios, const std::string& baseline) {
  Comparison comparison = compare_published(scenarios);
  if (baseline.empty()) return comparison;
  const std::string& kept = find_nas_method(baseline).name;
  const auto left_out = [&kept](const auto& row) {
    return row.method != kept && !find_nas_method(row.method).train_once;
  };
  auto& rows = comparison.rows;
  rows.erase(std::remove_if(rows.begin(), rows.end(), left_out), rows.end());
  auto& points = comparison.break_even;
  points.erase(std::remove_if(points.begin(), points.end(), left_out), points.end());
  return comparison;
}

Comparison compare(const CarbonCommand& command) {
  const bool own_grid =
      !command.region.empty() || !command.grid_csv.empty() || !command.hourly.empty();
  if (command.run.empty() && command.per_model.empty() && !own_grid) {
    return published_comparison(command.scenarios, command.baseline);
  }
  const GridIntensity grid = grid_of(command);
  const ScenarioCost once = command.run.empty() ? published_cost(find_nas_method(kTrainOnce))
                                                : metered_cost(energy_of(command.run));
  std::vector<ScenarioCost> others;
  if (!command.per_model.empty())
    others.push_back(per_model_cost(energy_of_searches(command.per_model)));
  for (ScenarioCost& cost : published_searches(command.baseline)) others.push_back(std::move(cost));
  return compare_run(once, others, grid, command.scenarios);
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
  Json methods = Json::object();
  for (const ScenarioCost& cost : comparison.costs) {
    Json kwh = Json::array();
    for (const int scenarios : curve_scenarios()) {
      kwh.push_back(total_joules(cost, scenarios) / kJoulesPerKilowattHour);
    }
    methods[cost.method] = std::move(kwh);
  }
  return {{"scenarios", curve_scenarios()}, {"energy_kwh", std::move(methods)}};
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

Json row_json(const ComparisonRow& row) {
  return {{"method", row.method},
          {"gpu_hours", row.gpu_hours ? Json(*row.gpu_hours) : Json(nullptr)},
          {"energy_kwh", row.energy_kwh.nominal},
          {"co2e_kg", row.co2e_kg.nominal},
          {"low", row.co2e_kg.low},
          {"high", row.co2e_kg.high},
          {"basis", row.basis},
          {"source", row.source},
          {"equivalents", equivalents_json(row)},
          {"printed", row.printed ? printed_json(*row.printed) : Json(nullptr)}};
}

std::string as_json(const Comparison& comparison) {
  Json rows = Json::array();
  for (const ComparisonRow& row : comparison.rows) rows.push_back(row_json(row));
  Json break_even = Json::object();
  for (const BreakEven& point : comparison.break_even) {
    break_even[point.method] = point.scenarios ? Json(*point.scenarios) : Json(nullptr);
  }
  return Json{{"scenarios", comparison.scenarios},
              {"note", comparison.note},
              {"rows", std::move(rows)},
              {"break_even", std::move(break_even)},
              {"break_even_published_finetuned_epochs", finetuned_json()},
              {"curve", curve_json(comparison)},
              {"claims", claims_json()}}
      .dump();
}

std::string as_table(const Comparison& comparison) {
  std::string out = fmt::format("{} deployment scenarios\n{:<28}{:>12}{:>14}{:>14}{:>26}{:>12}\n",
                                comparison.scenarios,
                                "method",
                                "GPU-hours",
                                "energy [kWh]",
                                "CO2e [kg]",
                                "low to high [kg]",
                                "break-even");
  for (const ComparisonRow& row : comparison.rows) {
    std::string point = "-";
    for (const BreakEven& b : comparison.break_even) {
      if (b.method == row.method) point = b.scenarios ? std::to_string(*b.scenarios) : "never";
    }
    out += fmt::format("{:<28}{:>12}{:>14.5g}{:>14.5g}{:>26}{:>12}\n",
                       row.method,
                       row.gpu_hours ? fmt::format("{:.6g}", *row.gpu_hours) : "-",
                       row.energy_kwh.nominal,
                       row.co2e_kg.nominal,
                       fmt::format("{:.4g} to {:.4g}", row.co2e_kg.low, row.co2e_kg.high),
                       point);
  }
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
  return table.find(command.region.empty() ? kDefaultRegion : command.region);
}

void run_carbon(const CarbonCommand& command) {
  if (command.action == "deployment") {
    run_deployment(command);
    return;
  }
  const Comparison comparison = compare(command);
  print_result(command.common.json ? as_json(comparison) : as_table(comparison));
}

}  // namespace coppice

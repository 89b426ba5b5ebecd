// `coppice carbon compare`: train once and specialise, against one search for each model.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "experiments/light_commands.hpp"
#include "experiments/output.hpp"
#include "experiments/run_folder.hpp"
#include "export/comparison.hpp"
#include "predictors/energy_csv.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kTrainOnce = "OFA w/ PS";

ScenarioCost cost_of_run(const std::filesystem::path& run) {
  const auto path = run / kRunEnergyFile;
  const std::vector<EnergyRow> rows = read_energy_csv(path);
  require(!rows.empty(), path.string(), " has no rows: the run has not spent anything yet");
  return metered_cost(rows);
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
  if (command.run.empty() && command.region.empty()) {
    return published_comparison(command.scenarios, command.baseline);
  }
  const GridIntensity grid =
      GridTable::built_in().find(command.region.empty() ? kDefaultRegion : command.region);
  const ScenarioCost once =
      command.run.empty() ? published_cost(find_nas_method(kTrainOnce)) : cost_of_run(command.run);
  return compare_run(once, published_searches(command.baseline), grid, command.scenarios);
}

Json printed_json(const PrintedFigures& printed) {
  return {{"scenarios", printed.scenarios},
          {"gpu_hours", printed.gpu_hours},
          {"co2e_lb", printed.co2e_lb},
          {"co2e_check", to_text(printed.co2e_check)},
          {"dollars", printed.dollars},
          {"dollars_check", to_text(printed.dollars_check)}};
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
              {"break_even", std::move(break_even)}}
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
  return comparison.note.empty() ? out : out + "note: " + comparison.note + "\n";
}

}  // namespace

void run_carbon(const CarbonCommand& command) {
  const Comparison comparison = compare(command);
  print_result(command.common.json ? as_json(comparison) : as_table(comparison));
}

}  // namespace coppice

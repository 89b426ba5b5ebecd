#include "experiments/commands/carbon_result.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "export/published_claims.hpp"
#include "predictors/carbon_equivalents.hpp"

namespace coppice {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kGramsPerKilogram = 1000;

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

}  // namespace

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

}  // namespace coppice

// Sections about energy, carbon and where the numbers come from.
#include <fmt/format.h>

#include <algorithm>

#include "experiments/report/chart.hpp"
#include "experiments/report/labels.hpp"
#include "experiments/report/page_sections.hpp"
#include "experiments/report/run_plots.hpp"
#include "predictors/carbon_equivalents.hpp"
#include "supernet/base/units.hpp"

namespace coppice {
namespace {

using Cells = std::vector<std::vector<Html>>;

constexpr double kJoulesPerWattHour = kJoulesPerKilowattHour / 1000;

// All rows of one step: a step that was interrupted and went on has several.
std::vector<EnergyRow> by_step(const std::vector<EnergyRow>& rows) {
  std::vector<EnergyRow> steps;
  for (const EnergyRow& row : rows) {
    const auto same = std::find_if(steps.begin(), steps.end(), [&row](const EnergyRow& step) {
      return step.phase == row.phase && step.basis == row.basis && step.method == row.method;
    });
    if (same == steps.end()) {
      steps.push_back(row);
      continue;
    }
    same->duration += row.duration;
    same->energy_j = same->energy_j + row.energy_j;
    same->co2e_g = same->co2e_g + row.co2e_g;
  }
  return steps;
}

std::string bar(double share) {
  return fmt::format("<span class=\"bar\" style=\"width:{:.1f}%\"></span>", 100 * share);
}

std::vector<Html> energy_cells(const EnergyRow& row, double share) {
  return {cell(row.phase),
          cell(duration_words(row.duration.value())),
          estimate_cell(row.energy_j * (1 / kJoulesPerWattHour), "Wh", bar(share)),
          estimate_cell(row.co2e_g, "g"),
          Html{badge(row.basis).code + "<span class=\"range\">" + escaped(row.method) + "</span>"}};
}

// Each once: "1", "1, 1.56".
std::string pues(const std::vector<EnergyRow>& rows) {
  std::vector<std::string> all;
  for (const EnergyRow& row : rows) {
    const std::string pue = digits(row.pue, 4);
    if (std::find(all.begin(), all.end(), pue) == all.end()) all.push_back(pue);
  }
  return joined(all, ", ");
}

EnergyRow total_of(const std::vector<EnergyRow>& rows) {
  EnergyRow total;
  total.phase = "all steps";
  for (const EnergyRow& row : rows) {
    total.duration += row.duration;
    total.energy_j = total.energy_j + row.energy_j;
    total.co2e_g = total.co2e_g + row.co2e_g;
  }
  return total;
}

// Steps that are done but have no energy of their own.
std::vector<std::string> unmetered_steps(const RunSummary& run) {
  std::vector<std::string> names;
  for (const StepRecord& step : run.steps) {
    const bool metered = std::any_of(run.energy.begin(), run.energy.end(), [&](const auto& row) {
      return row.phase.rfind(step.name, 0) == 0;
    });
    if (step.done && !metered && step.name != "report") names.push_back(step.name);
  }
  return names;
}

std::string break_even_words(const Comparison& comparison, const std::string& method) {
  for (const BreakEven& point : comparison.break_even) {
    if (point.method != method) continue;
    if (!point.comparable) return "not comparable";
    if (!point.scenarios) return "never";
    std::string words = fmt::format("from {} on", *point.scenarios);
    if (point.earliest && point.latest && *point.earliest != *point.latest) {
      words += fmt::format(" ({} to {})", *point.earliest, *point.latest);
    }
    return words;
  }
  return "-";
}

// Names of the steps that are done, or are not. This page is the step report.
std::string steps_words(const RunSummary& run, bool done) {
  std::vector<std::string> names;
  for (const StepRecord& step : run.steps) {
    if (step.done == done && step.name != "report") names.push_back(step.name);
  }
  return joined(names, ", ");
}

// How a row is known; the long list of papers' rows says it once.
Html basis_cell(const Comparison& comparison, std::size_t row) {
  const ComparisonRow& now = comparison.rows[row];
  const ComparisonRow* above = row == 0 ? nullptr : &comparison.rows[row - 1];
  if (above != nullptr && above->basis == now.basis && above->source == now.source) {
    return cell("as above");
  }
  return {escaped(now.basis) + "<span class=\"range\">" + escaped(now.source) + "</span>"};
}

void add_fact(const std::string& what, const std::string& value, Cells& facts) {
  if (!value.empty()) facts.push_back({cell(what), cell(value)});
}

// Sentences of all cards, each once.
template <class Words>
std::string of_cards(const RunSummary& run, const Words& words) {
  std::vector<std::string> parts;
  for (const ChosenNetwork& network : run.networks) {
    if (!network.card.value) continue;
    const std::string part = words(*network.card.value);
    if (!part.empty() && std::find(parts.begin(), parts.end(), part) == parts.end()) {
      parts.push_back(part);
    }
  }
  return joined(parts, "; ");
}

void add_card_facts(const RunSummary& run, Cells& facts) {
  add_fact("written by",
           of_cards(run, [](const ModelCard& c) { return "coppice " + c.version; }),
           facts);
  add_fact("energy of an inference",
           of_cards(run,
                    [](const ModelCard& card) {
                      const auto& energy = card.inference.value;
                      return energy ? energy->method + ", " + energy->device + ", " +
                                          grid_and_pue(energy->grid, energy->pue)
                                    : "";
                    }),
           facts);
  add_fact("accuracy",
           of_cards(run,
                    [](const ModelCard& card) {
                      const auto& accuracy = card.accuracy.value;
                      return accuracy ? accuracy->dataset + ", " + accuracy->split : "";
                    }),
           facts);
}

void add_training_facts(const TrainingRecord& training, Cells& facts) {
  add_fact("weights", training.source, facts);
  add_fact("training seed", std::to_string(training.seed), facts);
  add_fact("data format", training.data_format, facts);
  add_fact("held-out images", std::to_string(training.held_out), facts);
  add_fact("classes", joined(training.class_names, ", "), facts);
}

}  // namespace

Html energy_section(const RunSummary& run) {
  if (run.energy.empty()) return {};
  const auto steps = by_step(run.energy);
  const EnergyRow total = total_of(steps);
  double largest = 0;
  for (const EnergyRow& step : steps) largest = std::max(largest, step.energy_j.nominal);
  Cells rows;
  for (const EnergyRow& step : steps) {
    rows.push_back(energy_cells(step, largest > 0 ? step.energy_j.nominal / largest : 0));
  }
  rows.push_back({cell(total.phase),
                  cell(duration_words(total.duration.value())),
                  estimate_cell(total.energy_j * (1 / kJoulesPerWattHour), "Wh"),
                  estimate_cell(total.co2e_g, "g"),
                  Html{}});
  std::vector<Html> parts{table({"step", "time", "energy", "CO2e", "how it is known"}, rows)};
  const auto unmetered = unmetered_steps(run);
  if (!unmetered.empty()) {
    parts.push_back(
        paragraph("No energy is recorded for: " + joined(unmetered, ", ") + ".", "muted"));
  }
  parts.push_back(paragraph("Carbon is energy, with the facility's overhead in it (PUE " +
                                pues(run.energy) + "), times the grid: " + joined(run.grids, "; ") +
                                ". The total is about " + equivalents_text(total.co2e_g.nominal) +
                                ".",
                            "muted"));
  return section("What this run has used", parts);
}

Html comparison_section(const RunSummary& run) {
  if (!run.comparison) return {};
  const Comparison& comparison = *run.comparison;
  Cells rows;
  for (const ComparisonRow& row : comparison.rows) {
    rows.push_back({cell(row.method),
                    number_cell(row.gpu_hours ? grouped(digits(*row.gpu_hours, 6)) : "-"),
                    estimate_cell(row.energy_kwh, "kWh"),
                    estimate_cell(row.co2e_kg, "kg"),
                    cell(break_even_words(comparison, row.method)),
                    basis_cell(comparison, rows.size())});
  }
  std::vector<Html> parts{
      paragraph(
          fmt::format("Cost of networks for {} deployment targets. This run pays for training, "
                      "measuring and fitting once, and for search and export each time; the "
                      "other methods search anew. All at {}.",
                      comparison.scenarios,
                      run.comparison_grid),
          "muted"),
      table({"method", "GPU-hours", "energy", "CO2e", "this run costs less", "how it is known"},
            rows)};
  if (!comparison.note.empty()) {
    parts.push_back(paragraph("Note: " + comparison.note + ".", "muted"));
  }
  std::vector<Plot> plots;
  if (const auto measured = carried_out_cost_plot(comparison)) {
    parts.push_back(paragraph(
        "Both lines of the first picture were metered alike. They are extended beyond the "
        "searches that were carried out: each further target is taken to cost their mean.",
        "muted"));
    plots.push_back(*measured);
  } else {
    parts.push_back(paragraph(
        "No search for each model was carried out here, so nothing that was counted alike stands "
        "beside this run: coppice baseline carries them out, and carbon compare --per-model (here "
        "the option carbon.per-model of the run) compares them, with the break-even.",
        "muted"));
  }
  parts.push_back(
      paragraph("The curves of published methods are those that their papers report, alone; this "
                "run is not in them.",
                "muted"));
  plots.push_back(published_cost_plot());
  parts.push_back(charts(plots));
  return section("Train once, or search for every model?", parts);
}

Html provenance_section(const RunSummary& run) {
  Cells facts;
  add_fact("space", run.space, facts);
  if (run.training) add_training_facts(*run.training, facts);
  if (run.measurements) {
    add_fact("measured networks", std::to_string(run.measurements->rows.size()), facts);
    for (const auto& [name, value] : run.measurements->conditions) {
      add_fact("measured with: " + name, value, facts);
    }
  }
  add_card_facts(run, facts);
  add_fact("grid of the run's energy", joined(run.grids, "; "), facts);
  add_fact("first and last event",
           run.first_event.empty() ? "" : run.first_event + " to " + run.last_event,
           facts);
  add_fact("steps done", steps_words(run, true), facts);
  add_fact("steps not finished", steps_words(run, false), facts);
  std::vector<Html> parts;
  if (!facts.empty()) {
    parts.push_back(
        {"<div class=\"facts-table\">" + table({"what", "value"}, facts).code + "</div>\n"});
  }
  parts.push_back(paragraph(
      "Files of the run: chosen networks in best.jsonl, their measured accuracy, latency, energy "
      "and "
      "carbon in the card.json of each folder of exports; the front in search.h5; errors of "
      "predictors in predictors/*.h5, from measurements.h5; the training in supernet.h5 and "
      "log.jsonl; what each step used in energy.csv; steps in steps.json.",
      "muted"));
  if (!run.options.empty()) {
    parts.push_back(details("All options in effect (experiment.cfg)", preformatted(run.options)));
  }
  parts.push_back(paragraph(
      "Low and high of energy and carbon: a hardware counter is taken as known to 10 %, a "
      "model or data-sheet figure to a factor of 2, a grid's yearly average to 10 %, "
      "GPU-hours printed in papers to a factor of 2. These factors are this project's "
      "choice. The making of the hardware, data storage and network are left out.",
      "muted"));
  return section("Where the numbers come from", parts);
}

}  // namespace coppice

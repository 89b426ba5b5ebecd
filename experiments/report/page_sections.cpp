#include "experiments/report/page_sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "experiments/report/accuracy_prices.hpp"
#include "experiments/report/chart.hpp"
#include "experiments/report/labels.hpp"
#include "experiments/report/network_rows.hpp"
#include "experiments/report/run_plots.hpp"

namespace coppice {
namespace {

using Cells = std::vector<std::vector<Html>>;

Html code(const std::string& text) { return {"<code>" + escaped(text) + "</code>"}; }

std::string bytes_words(std::uintmax_t bytes) {
  const auto size = static_cast<double>(bytes);
  if (size < 1024.0 * 1024) return digits(size / 1024, 3) + " KiB";
  return digits(size / (1024.0 * 1024), 3) + " MiB";
}

// Counts in full.
std::string value_words(double value) {
  const bool whole = std::abs(value) < 1e15 && value == std::floor(value);
  return whole ? fmt::format("{:.0f}", value) : digits(value, 6);
}

Html copy_button(const std::string& text) {
  return {"<button type=\"button\" class=\"only-screen\" data-copy=\"" + escaped(text) +
          "\">copy</button>"};
}

// The page's script draws them.
Html blocks_of(const ChosenNetwork& network) {
  return {"<ol class=\"blocks\" data-network=\"" + escaped(network.architecture) + "\"></ol>\n"};
}

Html network_facts(const ChosenNetwork& network) {
  Cells facts;
  for (const auto& [name, value] : network.predicted) {
    facts.push_back({cell(quantity_label(name) + ", from the search"), cell(value_words(value))});
  }
  for (const auto& [name, value] : network.measured) {
    facts.push_back(
        {cell(quantity_label(name) + ", measured by the search"), cell(value_words(value))});
  }
  if (!network.card.value) {
    facts.push_back({cell("files"), cell(network.card.reason)});
  } else {
    const ModelCard& card = *network.card.value;
    facts.push_back({cell("input"),
                     cell(fmt::format("{} channels, {} x {} pixels, {} classes",
                                      card.channels,
                                      card.resolution,
                                      card.resolution,
                                      card.classes))});
    facts.push_back({cell("multiply-accumulates"), cell(fmt::format("{}", card.macs))});
    facts.push_back({cell("parameters"), cell(fmt::format("{}", card.params))});
    facts.push_back({cell("batch norm"), cell(card.batch_norm)});
    for (const CardFile& file : card.files) {
      facts.push_back({cell(file.name + ", " + bytes_words(file.bytes)), code(file.sha256)});
    }
  }
  return details("Sizes, files and what was predicted", table({"what", "value"}, facts));
}

std::vector<Plot> training_plots(const TrainingRecord& training) {
  std::vector<Plot> plots{training_plot(training)};
  if (training.energy_curve.size() > 1) plots.push_back(energy_plot(training));
  return plots;
}

std::string interval_words(double half) { return half < 0 ? "unknown" : "+/- " + digits(half, 4); }

}  // namespace

Html networks_section(const RunSummary& run) {
  if (run.networks.empty()) return {};
  std::vector<Html> parts;
  parts.push_back(paragraph(
      "Each box is a block: its kernel, the channels inside, the channels and pixels that "
      "it puts out. Taller boxes compute more.",
      "muted"));
  for (const ChosenNetwork& network : run.networks) {
    parts.push_back({"<h3>" + escaped("Network " + network_name(network)) + "</h3>\n"});
    parts.push_back(blocks_of(network));
    parts.push_back({"<p>" + code(network.architecture).code + " " +
                     copy_button(network.architecture).code + "</p>\n"});
    parts.push_back(network_facts(network));
  }
  for (Html& part : inference_price_parts(run)) parts.push_back(std::move(part));
  return section("The networks", parts);
}

Html predictors_section(const RunSummary& run) {
  if (run.predictors.empty()) return {};
  Cells rows;
  for (const PredictorRecord& p : run.predictors) {
    const auto of_fit = [&p](double Agreement::*error, int places) {
      return cell(p.fit ? digits(p.fit->cv.*error, places) : "unknown");
    };
    rows.push_back({cell(quantity_label(p.target)),
                    cell(p.kind),
                    cell(p.fit ? std::to_string(p.fit->n) : "unknown"),
                    of_fit(&Agreement::rmse, 4),
                    of_fit(&Agreement::mape_percent, 3),
                    of_fit(&Agreement::kendall_tau, 3),
                    cell(interval_words(p.interval90))});
  }
  std::vector<Plot> plots;
  for (const PredictorRecord& p : run.predictors) {
    if (!p.held_out.empty()) {
      plots.push_back(agreement_plot(p.target, p.held_out, p.interval90));
    }
  }
  return section(
      "Can the predictions be trusted?",
      {paragraph("Errors are those on networks that were held out of the fit. Kendall's tau says "
                 "how well the order of networks is right: 1 is perfect, 0 is chance. The interval "
                 "holds nine of ten networks drawn like the measured ones.",
                 "muted"),
       table(
           {"quantity", "kind", "networks", "RMSE", "error [%]", "Kendall's tau", "90 % interval"},
           rows),
       charts(plots)});
}

Html search_section(const RunSummary& run) {
  if (run.searches.empty()) return {};
  Cells rows;
  for (const SearchRecord& search : run.searches) {
    std::vector<std::string> objectives;
    for (const Objective& objective : search.objectives) {
      objectives.push_back((objective.maximize ? "largest " : "smallest ") +
                           quantity_word(objective.name));
    }
    std::vector<std::string> limits;
    for (const Limit& limit : search.limits) limits.push_back(limit_words(limit));
    const bool began = !search.evaluations.empty();
    rows.push_back({cell(search.file),
                    cell(joined(objectives, ", ")),
                    cell(limits.empty() ? "none" : joined(limits, ", ")),
                    cell(began ? digits(search.evaluations.back(), 12) : "0"),
                    cell(std::to_string(search.front.size())),
                    cell(began ? digits(search.hypervolume.back(), 5) : "unknown")});
  }
  return section(
      "The search",
      {table({"file", "looks for", "limits", "evaluated networks", "on the front", "hypervolume"},
             rows),
       details("Hypervolume by evaluations", chart(hypervolume_plot(run.searches)))});
}

Html training_section(const RunSummary& run) {
  if (!run.training) return {};
  if (run.training->history.empty()) {
    return section(
        "The training",
        {paragraph("No evaluation is recorded (source: " + run.training->source + ").")});
  }
  Cells rows;
  for (const TrainingPoint& point : run.training->history) {
    rows.push_back({cell(point.phase),
                    cell(digits(point.step, 9)),
                    cell(digits(point.loss, 4)),
                    cell(digits(point.smallest, 4) + " %"),
                    cell(digits(point.largest, 4) + " %")});
  }
  std::vector<Html> parts{
      paragraph(
          "Accuracy of the smallest network that a phase trains and of the full one, measured "
          "on the held-out part of the training set.",
          "muted"),
      charts(training_plots(*run.training)),
      details("The same as a table",
              table({"phase", "step", "loss", "smallest network", "full network"}, rows))};
  for (Html& part : training_price_parts(run)) parts.push_back(std::move(part));
  return section("The training", parts);
}

}  // namespace coppice

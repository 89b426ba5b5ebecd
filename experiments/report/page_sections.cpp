#include "experiments/report/page_sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "experiments/report/chart.hpp"
#include "experiments/report/labels.hpp"
#include "experiments/report/run_plots.hpp"
#include "supernet/training/learning_curve.hpp"

namespace coppice {
namespace {

using Cells = std::vector<std::vector<Html>>;

Html code(const std::string& text) { return {"<code>" + escaped(text) + "</code>"}; }

std::string bytes_words(std::uintmax_t bytes) {
  const auto size = static_cast<double>(bytes);
  if (size < 1024.0 * 1024) return digits(size / 1024, 3) + " KiB";
  return digits(size / (1024.0 * 1024), 3) + " MiB";
}

std::string target_words(const ChosenNetwork& network) {
  std::vector<std::string> words;
  for (const Limit& limit : network.limits) words.push_back(limit_words(limit));
  return words.empty() ? "" : " (" + joined(words, ", ") + ")";
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

// Of one more point, as joules_per_point() has it; the first is an extra to nothing.
std::string price_words(std::size_t place, const std::optional<double>& price, const char* unit) {
  if (price) return digits(*price, 3) + " " + unit;
  return place == 0 ? "-" : "nothing gained";
}

// Of the full network: what each point of accuracy cost, and what stopping earlier would save.
std::vector<Html> target_parts(const TrainingRecord& training) {
  std::vector<CurvePoint> curve;
  for (const EnergyPoint& point : training.energy_curve) {
    curve.push_back({point.energy_j, point.largest});
  }
  if (curve.size() < 2) return {};
  Cells prices;
  const auto joules = joules_per_point(curve);
  for (std::size_t i = 0; i < curve.size(); ++i) {
    prices.push_back({cell(digits(curve[i].energy_j, 4) + " J"),
                      cell(digits(curve[i].accuracy, 4) + " %"),
                      cell(price_words(i, joules[i], "J"))});
  }
  Cells stops;
  for (const EarlyStop& stop : early_stops(curve, {85, 88, 90})) {
    stops.push_back({cell(digits(stop.target, 3) + " %"),
                     cell(stop.reached ? digits(stop.reached->energy_j, 4) + " J" : "not reached"),
                     cell(stop.reached ? digits(stop.saved_j, 4) + " J" : "-")});
  }
  std::vector<Html> parts{{"<h3>What accuracy costs</h3>\n"},
                          table({"stop at", "spent by then", "saved"}, stops)};
  if (const auto knee = knee_of(curve)) {
    parts.push_back(paragraph("More energy began to pay less at " + digits(knee->energy_j, 3) +
                                  " J, " + digits(knee->accuracy, 4) + " % (the knee).",
                              "muted"));
  }
  parts.push_back(details("The price of each point",
                          table({"spent", "accuracy", "for each point more"}, prices)));
  return parts;
}

// From each chosen network to the next dearer one: what a point of accuracy costs every inference.
// Test-set accuracies and cards' energies, which know it; fewer than two of them say nothing.
std::vector<Html> last_point_parts(const RunSummary& run) {
  std::vector<std::pair<CurvePoint, std::string>> known;
  for (const ChosenNetwork& network : run.networks) {
    if (!network.card.value) continue;
    const ModelCard& card = *network.card.value;
    if (!card.accuracy.value || !card.inference.value) continue;
    const double percent =
        wilson_interval(card.accuracy.value->correct, card.accuracy.value->images).nominal;
    known.emplace_back(CurvePoint{card.inference.value->energy_mj.nominal, percent},
                       network.id + target_words(network));
  }
  if (known.size() < 2) return {};
  std::sort(known.begin(), known.end(), [](const auto& a, const auto& b) {
    return a.first.energy_j < b.first.energy_j;
  });
  std::vector<CurvePoint> curve;
  for (const auto& [point, name] : known) curve.push_back(point);
  const auto prices = joules_per_point(curve);
  Cells rows;
  for (std::size_t i = 0; i < known.size(); ++i) {
    rows.push_back({cell(known[i].second),
                    cell(digits(curve[i].accuracy, 4) + " %"),
                    cell(digits(curve[i].energy_j, 3) + " mJ"),
                    cell(price_words(i, prices[i], "mJ"))});
  }
  return {{"<h3>What the last point costs every inference</h3>\n"},
          table({"network", "accuracy (test set)", "energy of an inference", "for a point more"},
                rows)};
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
    parts.push_back(
        {"<h3>" + escaped("Network " + network.id + target_words(network)) + "</h3>\n"});
    parts.push_back(blocks_of(network));
    parts.push_back({"<p>" + code(network.architecture).code + " " +
                     copy_button(network.architecture).code + "</p>\n"});
    parts.push_back(network_facts(network));
  }
  for (Html& part : last_point_parts(run)) parts.push_back(std::move(part));
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
  for (Html& part : target_parts(*run.training)) parts.push_back(std::move(part));
  return section("The training", parts);
}

}  // namespace coppice

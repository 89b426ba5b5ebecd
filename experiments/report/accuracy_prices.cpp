#include "experiments/report/accuracy_prices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "experiments/report/labels.hpp"
#include "experiments/report/network_rows.hpp"
#include "predictors/energy_csv.hpp"
#include "supernet/training/learning_curve.hpp"

namespace coppice {
namespace {

using Cells = std::vector<std::vector<Html>>;

// How the energy of the training is known.
std::string training_basis(const RunSummary& run) {
  std::string bases;
  for (const EnergyRow& row : run.energy) {
    if (row.phase.rfind("train", 0) == 0) append_once(bases, row.basis);
  }
  return bases.empty() ? "not recorded" : bases;
}

Html stops_table(const std::vector<CurvePoint>& curve, double images) {
  Cells rows;
  for (const EarlyStop& stop : early_stops(curve, {85, 88, 90}, images)) {
    const std::string spent =
        stop.reached ? digits(stop.after_j, 4) + " to " + digits(stop.reached->energy_j, 4) + " J"
                     : "not reached";
    rows.push_back({cell(digits(stop.target, 3) + " %"),
                    cell(spent),
                    cell(stop.reached ? digits(stop.saved_j, 4) + " J" : "-")});
  }
  return table({"stop at", "spent by then", "saved"}, rows);
}

Html prices_table(const std::vector<CurvePoint>& curve) {
  Cells rows;
  const auto prices = joules_per_point(curve);
  for (std::size_t i = 0; i < curve.size(); ++i) {
    // The first is an extra to nothing.
    const std::string price = prices[i] ? digits(*prices[i], 3) + " J"
                              : i == 0  ? "-"
                                        : "nothing gained";
    rows.push_back({cell(digits(curve[i].energy_j, 4) + " J"),
                    cell(digits(curve[i].accuracy, 4) + " %"),
                    cell(price)});
  }
  return table({"spent", "accuracy", "for each point more"}, rows);
}

struct PricedNetwork {
  std::string name;
  double accuracy = 0;        // percent of the test set
  double standard_error = 0;  // of it, in points
  Estimate energy_mj;
  std::string method;  // how the energy is known
};

// The cheapest first.
std::vector<PricedNetwork> priced_networks(const RunSummary& run) {
  std::vector<PricedNetwork> known;
  for (const ChosenNetwork& network : run.networks) {
    if (!network.card.value) continue;
    const ModelCard& card = *network.card.value;
    if (!card.accuracy.value || !card.inference.value) continue;
    const auto images = static_cast<double>(card.accuracy.value->images);
    const double share = static_cast<double>(card.accuracy.value->correct) / images;
    known.push_back({network_name(network),
                     100 * share,
                     100 * std::sqrt(share * (1 - share) / images),
                     card.inference.value->energy_mj,
                     card.inference.value->method});
  }
  std::sort(known.begin(), known.end(), [](const auto& a, const auto& b) {
    return a.energy_mj.nominal < b.energy_mj.nominal;
  });
  return known;
}

// Whether the test set can tell that `better` is the better one (two-sided, 95 %).
bool is_better(const PricedNetwork& better, const PricedNetwork& other) {
  return better.accuracy - other.accuracy >
         1.96 * std::hypot(better.standard_error, other.standard_error);
}

}  // namespace

std::vector<Html> training_price_parts(const RunSummary& run) {
  const TrainingRecord& training = *run.training;
  std::vector<CurvePoint> curve;
  for (const EnergyPoint& point : training.energy_curve) {
    curve.push_back({point.energy_j, point.largest});
  }
  if (curve.size() < 2) return {};
  std::vector<Html> parts{
      {"<h3>What accuracy costs</h3>\n"},
      paragraph(fmt::format("Energy of the training is {}. The full network was looked at {} "
                            "times, on {} held-out images; a target is reached between two looks, "
                            "at the first whose lower bound (Wilson, 95 %) is not below it. Who "
                            "stops there has one network: the smaller ones are trained later.",
                            training_basis(run),
                            curve.size(),
                            training.held_out),
                "muted"),
      stops_table(curve, static_cast<double>(training.held_out))};
  if (const auto knee = knee_of(curve)) {
    parts.push_back(paragraph("More energy began to pay less at " + digits(knee->energy_j, 3) +
                                  " J, " + digits(knee->accuracy, 4) + " % (the knee).",
                              "muted"));
  }
  parts.push_back(details("The price of each point", prices_table(curve)));
  return parts;
}

std::vector<Html> inference_price_parts(const RunSummary& run) {
  const std::vector<PricedNetwork> networks = priced_networks(run);
  if (networks.size() < 2) return {};
  Cells rows;
  std::string methods;
  const PricedNetwork* best = nullptr;  // of those before that the test set tells apart
  for (const PricedNetwork& network : networks) {
    std::string price = "-";
    if (best != nullptr) {
      const double points = network.accuracy - best->accuracy;
      price =
          is_better(network, *best)
              ? digits((network.energy_mj.nominal - best->energy_mj.nominal) / points, 3) + " mJ"
              : "no better, as far as the test set tells";
    }
    if (best == nullptr || is_better(network, *best)) best = &network;
    append_once(methods, network.method);
    rows.push_back({cell(network.name),
                    cell(digits(network.accuracy, 4) + " %"),
                    estimate_cell(network.energy_mj, "mJ"),
                    cell(price)});
  }
  return {
      {"<h3>What the last point costs every inference</h3>\n"},
      table({"network", "accuracy (test set)", "energy of an inference", "for a point more"}, rows),
      paragraph("Energy: " + methods + ".", "muted")};
}

}  // namespace coppice

#include "export/deployment.hpp"

#include <algorithm>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

constexpr double kKilogramsPerGram = 1e-3;

}  // namespace

std::vector<DeploymentTotal> deployment_totals(const std::vector<DeployedNetwork>& networks,
                                               double inferences) {
  require_usage(inferences > 0, "--inferences = ", inferences, ", must be > 0");
  std::vector<DeploymentTotal> totals;
  for (const DeployedNetwork& network : networks) {
    DeploymentTotal total;
    total.name = network.name;
    total.accuracy = network.accuracy;
    total.running_kg = network.each_g * (inferences * kKilogramsPerGram);
    if (network.making_g) {
      total.making_kg = *network.making_g * kKilogramsPerGram;
      total.total_kg = *total.making_kg + total.running_kg;
    }
    if (network.embodied_each_g) {
      total.embodied_kg = *network.embodied_each_g * (inferences * kKilogramsPerGram);
    }
    if (total.embodied_kg && total.total_kg) {
      total.sci_g = (*total.total_kg + *total.embodied_kg) * (1 / (inferences * kKilogramsPerGram));
    }
    totals.push_back(std::move(total));
  }
  return totals;
}

std::optional<std::size_t> least_total(const std::vector<DeploymentTotal>& totals) {
  std::optional<std::size_t> least;
  for (std::size_t i = 0; i < totals.size(); ++i) {
    if (!totals[i].total_kg) continue;
    if (!least || totals[i].total_kg->nominal < totals[*least].total_kg->nominal) least = i;
  }
  if (!least) return std::nullopt;
  const double known = totals[*least].total_kg->nominal;
  const bool certain = std::all_of(totals.begin(), totals.end(), [known](const auto& total) {
    return total.total_kg || total.running_kg.nominal >= known;
  });
  return certain ? least : std::nullopt;
}

std::optional<double> break_even_inferences(const DeployedNetwork& a, const DeployedNetwork& b) {
  if (!a.making_g || !b.making_g) return std::nullopt;
  const double saved = a.each_g.nominal - b.each_g.nominal;
  const double more = b.making_g->nominal - a.making_g->nominal;
  if (more <= 0 && saved >= 0) return 0;
  if (saved <= 0) return std::nullopt;
  return std::max(0.0, more / saved);
}

}  // namespace coppice

// What accuracy costs in energy while a network is trained: where more energy stopped paying.
//
// With about the same energy an epoch, energy grows linearly and accuracy saturates, so what grows
// without end is the price of one more point.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace coppice {

struct SpentForAccuracy {
  double energy_j = 0;  ///< since the training began, growing
  double accuracy = 0;  ///< percent, on held-out images
};

struct PointPrice {
  SpentForAccuracy reached;
  /// Joules for each point of accuracy since the best before; empty where nothing was gained.
  std::optional<double> joules_per_point;
};

/// Of each evaluation, against the best accuracy before it; the first one against 0 % and 0 J.
[[nodiscard]] std::vector<PointPrice> point_prices(const std::vector<SpentForAccuracy>& curve);

/// The evaluation farthest above the line from the first to the last one, both axes scaled to
/// [0, 1], on the best accuracy so far: a suggestion where to stop. Empty for fewer than three
/// evaluations or where nothing was gained.
[[nodiscard]] std::optional<SpentForAccuracy> knee_of(const std::vector<SpentForAccuracy>& curve);

struct EarlyStop {
  double target = 0;  ///< percent
  /// The first evaluation that reaches it; empty: none does.
  std::optional<SpentForAccuracy> reached;
  double saved_j = 0;  ///< what was spent after it
};

/// What stopping at each target would have saved.
[[nodiscard]] std::vector<EarlyStop> early_stops(const std::vector<SpentForAccuracy>& curve,
                                                 const std::vector<double>& targets);

}  // namespace coppice

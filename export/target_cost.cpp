#include "export/target_cost.hpp"

#include <algorithm>

namespace coppice {

std::vector<PointPrice> point_prices(const std::vector<SpentForAccuracy>& curve) {
  std::vector<PointPrice> prices;
  SpentForAccuracy best;
  for (const SpentForAccuracy& now : curve) {
    PointPrice price{now, std::nullopt};
    if (now.accuracy > best.accuracy) {
      price.joules_per_point = (now.energy_j - best.energy_j) / (now.accuracy - best.accuracy);
      best = now;
    }
    prices.push_back(price);
  }
  return prices;
}

std::optional<SpentForAccuracy> knee_of(const std::vector<SpentForAccuracy>& curve) {
  if (curve.size() < 3) return std::nullopt;
  std::vector<SpentForAccuracy> best = curve;
  for (std::size_t i = 1; i < best.size(); ++i) {
    best[i].accuracy = std::max(best[i].accuracy, best[i - 1].accuracy);
  }
  const double energy = best.back().energy_j - best.front().energy_j;
  const double gain = best.back().accuracy - best.front().accuracy;
  if (energy <= 0 || gain <= 0) return std::nullopt;
  const auto above = [&](const SpentForAccuracy& point) {
    return (point.accuracy - best.front().accuracy) / gain -
           (point.energy_j - best.front().energy_j) / energy;
  };
  const auto found =
      std::max_element(best.begin(), best.end(), [&above](const auto& a, const auto& b) {
        return above(a) < above(b);
      });
  return curve[static_cast<std::size_t>(found - best.begin())];
}

std::vector<EarlyStop> early_stops(const std::vector<SpentForAccuracy>& curve,
                                   const std::vector<double>& targets) {
  std::vector<EarlyStop> stops;
  for (const double target : targets) {
    EarlyStop stop{target, std::nullopt, 0};
    const auto found = std::find_if(curve.begin(), curve.end(), [target](const auto& point) {
      return point.accuracy >= target;
    });
    if (found != curve.end()) {
      stop.reached = *found;
      stop.saved_j = curve.back().energy_j - found->energy_j;
    }
    stops.push_back(stop);
  }
  return stops;
}

}  // namespace coppice

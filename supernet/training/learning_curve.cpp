#include "supernet/training/learning_curve.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "supernet/training/wilson.hpp"

namespace coppice {
namespace {

constexpr std::size_t kFewestPoints = 4;
constexpr int kPowers = 200;  // of the grid
constexpr double kLargestPower = 2;

std::vector<CurvePoint> best_so_far(const std::vector<CurvePoint>& curve) {
  std::vector<CurvePoint> best;
  for (const CurvePoint& point : curve) {
    if (point.energy_j > 0 && (best.empty() || point.accuracy > best.back().accuracy)) {
      best.push_back(point);
    }
  }
  return best;
}

struct Candidate {
  CurveFit fit;
  double squares = std::numeric_limits<double>::infinity();
};

// For a given power the error is linear in x = energy^-power: the line through the points, its
// intercept and slope kept from becoming negative.
Candidate fit_line(const std::vector<CurvePoint>& points, double power) {
  const auto n = static_cast<double>(points.size());
  double mean_x = 0;
  double mean_y = 0;
  for (const CurvePoint& point : points) {
    mean_x += std::pow(point.energy_j, -power) / n;
    mean_y += (100 - point.accuracy) / n;
  }
  double xx = 0;
  double xy = 0;
  for (const CurvePoint& point : points) {
    const double x = std::pow(point.energy_j, -power) - mean_x;
    xx += x * x;
    xy += x * (100 - point.accuracy - mean_y);
  }
  Candidate candidate;
  candidate.fit.power = power;
  candidate.fit.scale = xx > 0 ? std::max(0.0, xy / xx) : 0;
  candidate.fit.floor = mean_y - candidate.fit.scale * mean_x;
  if (candidate.fit.floor < 0) {
    candidate.fit.floor = 0;
    double both = 0;
    double square = 0;
    for (const CurvePoint& point : points) {
      const double x = std::pow(point.energy_j, -power);
      both += x * (100 - point.accuracy);
      square += x * x;
    }
    candidate.fit.scale = both / square;
  }
  candidate.squares = 0;
  for (const CurvePoint& point : points) {
    const double error =
        candidate.fit.floor + candidate.fit.scale * std::pow(point.energy_j, -power);
    const double off = error - (100 - point.accuracy);
    candidate.squares += off * off;
  }
  return candidate;
}

}  // namespace

std::vector<std::optional<double>> joules_per_point(const std::vector<CurvePoint>& curve) {
  std::vector<std::optional<double>> prices;
  const CurvePoint* best = nullptr;
  for (const CurvePoint& point : curve) {
    const bool better = best != nullptr && point.accuracy > best->accuracy;
    prices.push_back(better ? std::optional((point.energy_j - best->energy_j) /
                                            (point.accuracy - best->accuracy))
                            : std::nullopt);
    if (best == nullptr || better) best = &point;
  }
  return prices;
}

std::optional<CurvePoint> knee_of(const std::vector<CurvePoint>& curve) {
  if (curve.size() < 3) return std::nullopt;
  std::vector<CurvePoint> best = curve;
  for (std::size_t i = 1; i < best.size(); ++i) {
    best[i].accuracy = std::max(best[i].accuracy, best[i - 1].accuracy);
  }
  const double energy = best.back().energy_j - best.front().energy_j;
  const double gain = best.back().accuracy - best.front().accuracy;
  if (energy <= 0 || gain <= 0) return std::nullopt;
  const auto above = [&](const CurvePoint& point) {
    return (point.accuracy - best.front().accuracy) / gain -
           (point.energy_j - best.front().energy_j) / energy;
  };
  const auto found =
      std::max_element(best.begin(), best.end(), [&above](const auto& a, const auto& b) {
        return above(a) < above(b);
      });
  return curve[static_cast<std::size_t>(found - best.begin())];
}

std::vector<EarlyStop> early_stops(const std::vector<CurvePoint>& curve,
                                   const std::vector<double>& targets,
                                   double images) {
  const auto sure = [images](double accuracy) {
    return images > 0 ? wilson_lower_bound(accuracy, images) : accuracy;
  };
  std::vector<EarlyStop> stops;
  for (const double target : targets) {
    EarlyStop stop{target, std::nullopt, 0, 0};
    const auto found = std::find_if(
        curve.begin(), curve.end(), [&](const auto& p) { return sure(p.accuracy) >= target; });
    if (found != curve.end()) {
      stop.reached = *found;
      stop.after_j = found == curve.begin() ? 0 : std::prev(found)->energy_j;
      stop.saved_j = curve.back().energy_j - found->energy_j;
    }
    stops.push_back(stop);
  }
  return stops;
}

std::optional<CurveFit> fit_curve(const std::vector<CurvePoint>& curve) {
  const std::vector<CurvePoint> points = best_so_far(curve);
  if (points.size() < kFewestPoints) return std::nullopt;
  Candidate best;
  for (int i = 1; i <= kPowers; ++i) {
    const Candidate candidate = fit_line(points, kLargestPower * i / kPowers);
    if (candidate.squares < best.squares) best = candidate;
  }
  return best.fit;
}

std::optional<double> energy_to_reach(const CurveFit& fit, double accuracy) {
  const double above = 100 - accuracy - fit.floor;
  if (above <= 0 || fit.scale <= 0) return std::nullopt;
  return std::pow(fit.scale / above, 1 / fit.power);
}

}  // namespace coppice

// What accuracy costs: the learning curve over energy, the price of one more point, where to stop,
// and a forecast. With about the same energy an epoch, energy grows linearly and accuracy
// saturates, so what grows without end is the price of one more point.
#pragma once

#include <optional>
#include <vector>

namespace coppice {

struct CurvePoint {
  double energy_j = 0;  ///< spent up to here, > 0, growing
  double accuracy = 0;  ///< percent
};

/// Joules per point of accuracy since the best point before; nothing for the first point and for
/// one that is not better than all before.
[[nodiscard]] std::vector<std::optional<double>> joules_per_point(
    const std::vector<CurvePoint>& curve);

/// The point farthest above the line from the first to the last one, both axes scaled to [0, 1], on
/// the best accuracy so far: a suggestion where to stop. Nothing for fewer than three points or
/// where nothing was gained.
[[nodiscard]] std::optional<CurvePoint> knee_of(const std::vector<CurvePoint>& curve);

struct EarlyStop {
  double target = 0;                  ///< percent
  std::optional<CurvePoint> reached;  ///< the first point that reaches it; empty: none does
  double after_j = 0;  ///< spent by the point before, 0 without one: it was reached between both
  double saved_j = 0;  ///< what was spent after `reached`
};

/// What stopping at each target would have saved. As in train --target-accuracy a point reaches
/// what the Wilson lower bound of its accuracy on `images` images reaches; 0 images: not known,
/// accuracies are taken as they are.
[[nodiscard]] std::vector<EarlyStop> early_stops(const std::vector<CurvePoint>& curve,
                                                 const std::vector<double>& targets,
                                                 double images);

/// error = floor + scale * energy^-power, error = 100 - accuracy, in percent and joules.
struct CurveFit {
  double floor = 0;
  double scale = 0;
  double power = 0;
};

/// Least squares on the best accuracies so far, floor and scale >= 0, power in (0, 2]. Nothing when
/// fewer than four points are better than all before them: there is nothing to extrapolate.
[[nodiscard]] std::optional<CurveFit> fit_curve(const std::vector<CurvePoint>& curve);

/// Joules at which the fit reaches an accuracy; nothing when its floor lies above: the target is
/// not reachable with this data and model.
[[nodiscard]] std::optional<double> energy_to_reach(const CurveFit& fit, double accuracy);

}  // namespace coppice

// Gaussian process regression: a smooth surface through the measurements.
#pragma once

#include <cstddef>
#include <vector>

#include "predictors/linear_model.hpp"

namespace coppice {

/// More rows than this take too long to fit (cubic) and to ask (linear).
constexpr std::size_t kMostGaussianProcessRows = 1000;

/// Posterior mean of a process with the kernel
///   exp(-|a - b|^2 / (2 length^2)) + linear * a.b, plus noise on the diagonal,
/// on standardised features, scaled by 1 / sqrt(their number) (Rasmussen and Williams, "Gaussian
/// Processes for Machine Learning", 2006, chapters 2 and 5). The first `near` features alone tell
/// how near two rows are; the linear part may weigh features differently.
struct GaussianProcess {
  std::size_t columns = 0;
  std::size_t near = 0;           ///< features within the exponential, 1 to columns
  std::vector<double> means;      ///< of the features
  std::vector<double> scales;     ///< what a feature is multiplied by after its mean is taken off
  std::vector<double> points;     ///< scaled rows of the fit, feature after feature: [near][points]
  std::vector<double> weights;    ///< of the kernel between a new row and each point
  std::vector<double> direction;  ///< the linear kernel's part, summed over the points
  double offset = 0;              ///< mean of the targets
  double length = 1;
  double linear = 1;  ///< for the record, as is noise; 0 where groups of features differ in it
  double noise = 0.1;

  /// `features`: `columns` numbers.
  [[nodiscard]] double predict(const double* features) const;
};

/// length, linear and noise have the largest marginal likelihood on a small grid, judged on at
/// most 150 of the rows; the scale of the kernel follows in closed form.
/// REQUIRES 2 <= rows == targets.size() <= kMostGaussianProcessRows.
[[nodiscard]] GaussianProcess fit_gaussian_process(const FeatureMatrix& features,
                                                   const std::vector<double>& targets);

}  // namespace coppice

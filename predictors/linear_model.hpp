// Ridge regression: a weighted sum of features.
#pragma once

#include <cstddef>
#include <vector>

namespace coppice {

/// Rows of equal length, one after the other.
struct FeatureMatrix {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> values;  ///< rows * columns

  [[nodiscard]] const double* row(std::size_t i) const { return values.data() + i * columns; }
  [[nodiscard]] double* row(std::size_t i) { return values.data() + i * columns; }
};

struct LinearModel {
  double intercept = 0;
  std::vector<double> weights;  ///< one a feature; 0 for features that never varied
  double lambda = 0;            ///< the penalty that was chosen, for the record

  /// `features`: as many as weights.
  [[nodiscard]] double predict(const double* features) const;
};

/// Minimises the squared error plus lambda times the squared weights of the standardised features;
/// the intercept is free. lambda is the one of a logarithmic grid with the smallest leave-one-out
/// error (PRESS, Allen 1974), which one eigendecomposition gives for the whole grid.
/// REQUIRES rows == targets.size() >= 2.
[[nodiscard]] LinearModel fit_ridge(const FeatureMatrix& features,
                                    const std::vector<double>& targets);

}  // namespace coppice

#include "predictors/standardise.hpp"

#include <cmath>

namespace coppice {

Standardised standardise(const FeatureMatrix& features) {
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto rows = static_cast<Eigen::Index>(features.rows);
  const auto columns = static_cast<Eigen::Index>(features.columns);
  Standardised result;
  result.values = Eigen::Map<const RowMajor>(features.values.data(), rows, columns);
  result.means = result.values.colwise().mean();
  result.values.rowwise() -= result.means.transpose();
  result.reciprocals = Eigen::VectorXd::Zero(columns);
  for (Eigen::Index j = 0; j < columns; ++j) {
    const double deviation =
        std::sqrt(result.values.col(j).squaredNorm() / static_cast<double>(rows));
    // Rounding leaves constants a trace of variance; a feature that says something has more.
    constexpr double rounding = 1e-12;
    if (deviation > rounding * (1 + std::abs(result.means(j)))) {
      result.reciprocals(j) = 1 / deviation;
    }
    result.values.col(j) *= result.reciprocals(j);
  }
  return result;
}

}  // namespace coppice

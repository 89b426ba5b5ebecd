#include "predictors/gaussian_process.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "predictors/standardise.hpp"

namespace coppice {
namespace {

constexpr Eigen::Index kMostJudged = 150;
constexpr std::array kLengths = {0.35, 0.7, 1.4, 2.8, 5.6};
constexpr std::array kLinears = {0.1, 1.0, 10.0};
constexpr std::array kNoises = {1e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0};

struct Choice {
  double length = 1;
  double linear = 1;
  double noise = 0.1;
};

/// Inner products and squared distances of the rows, which all kernels share.
struct Pairs {
  Eigen::MatrixXd products;
  Eigen::MatrixXd distances;
};

Pairs pairs_of(const Eigen::MatrixXd& rows) {
  Pairs pairs;
  pairs.products = rows * rows.transpose();
  const Eigen::VectorXd norms = pairs.products.diagonal();
  pairs.distances = -2 * pairs.products;
  pairs.distances.colwise() += norms;
  pairs.distances.rowwise() += norms.transpose();
  return pairs;
}

Eigen::MatrixXd kernel(const Pairs& pairs, double length, double linear) {
  return (pairs.distances.array() * (-0.5 / (length * length))).exp().matrix() +
         linear * pairs.products;
}

/// Log marginal likelihood with the kernel's scale at its best, without constants.
double likelihood(Eigen::MatrixXd covariance, double noise, const Eigen::VectorXd& y) {
  covariance.diagonal().array() += noise;
  const Eigen::LLT<Eigen::MatrixXd> cholesky(covariance);
  if (cholesky.info() != Eigen::Success) return -std::numeric_limits<double>::infinity();
  const auto n = static_cast<double>(y.size());
  const double variance = y.dot(cholesky.solve(y)) / n;
  const double log_determinant = 2 * cholesky.matrixLLT().diagonal().array().log().sum();
  return -0.5 * (n * std::log(variance) + log_determinant);
}

/// Rows spread evenly over all, at most kMostJudged.
Eigen::MatrixXd some_rows(const Eigen::MatrixXd& all) {
  const Eigen::Index count = std::min(all.rows(), kMostJudged);
  Eigen::MatrixXd some(count, all.cols());
  for (Eigen::Index i = 0; i < count; ++i) some.row(i) = all.row(i * all.rows() / count);
  return some;
}

Choice most_likely(const Eigen::MatrixXd& rows, const Eigen::VectorXd& y) {
  const Pairs pairs = pairs_of(rows);
  Choice best;
  double best_likelihood = -std::numeric_limits<double>::infinity();
  for (const double length : kLengths) {
    for (const double linear : kLinears) {
      const Eigen::MatrixXd covariance = kernel(pairs, length, linear);
      for (const double noise : kNoises) {
        const double now = likelihood(covariance, noise, y);
        if (now > best_likelihood) {
          best_likelihood = now;
          best = {length, linear, noise};
        }
      }
    }
  }
  return best;
}

std::vector<double> as_vector(const Eigen::VectorXd& values) {
  return {values.data(), values.data() + values.size()};
}

}  // namespace

double GaussianProcess::predict(const double* features) const {
  const std::size_t count = weights.size();
  // Point by point in the inner loop, which compilers turn into vectors.
  Eigen::ArrayXd distances = Eigen::ArrayXd::Zero(static_cast<Eigen::Index>(count));
  double* const squares = distances.data();
  double sum = offset;
  for (std::size_t j = 0; j < columns; ++j) {
    const double scaled = (features[j] - means[j]) * scales[j];
    sum += direction[j] * scaled;
    if (j >= near) continue;
    const double* point = points.data() + j * count;
    for (std::size_t i = 0; i < count; ++i) squares[i] += (scaled - point[i]) * (scaled - point[i]);
  }
  distances = (distances * (-0.5 / (length * length))).exp();
  for (std::size_t i = 0; i < count; ++i) sum += weights[i] * squares[i];
  return sum;
}

GaussianProcess fit_gaussian_process(const FeatureMatrix& features,
                                     const std::vector<double>& targets) {
  const Standardised x = standardise(features);
  const double shrink = 1 / std::sqrt(static_cast<double>(features.columns));
  const Eigen::MatrixXd rows = x.values * shrink;
  Eigen::VectorXd y =
      Eigen::Map<const Eigen::VectorXd>(targets.data(), static_cast<Eigen::Index>(targets.size()));
  GaussianProcess model;
  model.columns = features.columns;
  model.near = features.columns;
  model.offset = y.mean();
  model.means = as_vector(x.means);
  model.scales = as_vector(x.reciprocals * shrink);
  y.array() -= model.offset;

  const bool constant = y.squaredNorm() == 0;
  const Choice choice = constant ? Choice{} : most_likely(some_rows(rows), some_rows(y));
  model.length = choice.length;
  model.linear = choice.linear;
  model.noise = choice.noise;
  Eigen::MatrixXd covariance = kernel(pairs_of(rows), choice.length, choice.linear);
  covariance.diagonal().array() += choice.noise;
  const Eigen::VectorXd weights = covariance.llt().solve(y);
  model.weights = as_vector(weights);
  model.direction = as_vector(choice.linear * (rows.transpose() * weights));
  model.points.assign(rows.data(), rows.data() + rows.size());
  return model;
}

}  // namespace coppice

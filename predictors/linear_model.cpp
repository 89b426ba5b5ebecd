#include "predictors/linear_model.hpp"

#include <cmath>
#include <limits>

#include "predictors/standardise.hpp"

namespace coppice {
namespace {

constexpr double kSmallestLambda = 1e-4;  // as shares of the number of rows
constexpr double kLargestLambda = 1e2;
constexpr int kLambdas = 37;  // six a decade

/// X = U S V' of the standardised features, with what no lambda changes.
struct Decomposition {
  Eigen::MatrixXd left;     ///< U, rows x rank
  Eigen::VectorXd squares;  ///< S^2
  Eigen::VectorXd moved;    ///< U' y
};

/// From the eigenvectors of the smaller of X'X and XX'.
Decomposition decompose(const Eigen::MatrixXd& x, const Eigen::VectorXd& y) {
  const bool tall = x.rows() >= x.cols();
  const Eigen::MatrixXd gram =
      tall ? Eigen::MatrixXd(x.transpose() * x) : Eigen::MatrixXd(x * x.transpose());
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(gram);
  const Eigen::VectorXd& values = solver.eigenvalues();
  // Directions that are rounding only would divide by nearly nothing.
  constexpr double rounding = 1e-10;
  const double least = rounding * values(values.size() - 1);
  Eigen::Index first = 0;
  while (first < values.size() && values(first) <= least) ++first;
  const Eigen::Index rank = values.size() - first;
  Decomposition result;
  result.squares = values.tail(rank);
  const Eigen::MatrixXd vectors = solver.eigenvectors().rightCols(rank);
  result.left =
      tall ? Eigen::MatrixXd(x * vectors * result.squares.cwiseSqrt().cwiseInverse().asDiagonal())
           : vectors;
  result.moved = result.left.transpose() * y;
  return result;
}

/// Sum of squared leave-one-out residuals: the residual over 1 - leverage, where the intercept
/// adds 1 / n to every leverage.
double press(const Decomposition& parts, const Eigen::VectorXd& y, double lambda) {
  const Eigen::ArrayXd shrink = parts.squares.array() / (parts.squares.array() + lambda);
  const Eigen::VectorXd fitted = parts.left * (shrink * parts.moved.array()).matrix();
  const Eigen::ArrayXd leverage =
      parts.left.array().square().matrix() * shrink.matrix() +
      Eigen::VectorXd::Constant(y.size(), 1 / static_cast<double>(y.size()));
  constexpr double least = 1e-9;
  return ((y - fitted).array() / (1 - leverage).max(least)).square().sum();
}

double best_lambda(const Decomposition& parts, const Eigen::VectorXd& y) {
  const auto rows = static_cast<double>(y.size());
  const double ratio = std::pow(kLargestLambda / kSmallestLambda, 1.0 / (kLambdas - 1));
  double best = kLargestLambda * rows;
  double best_error = std::numeric_limits<double>::infinity();
  for (int i = 0; i < kLambdas; ++i) {
    const double lambda = rows * kSmallestLambda * std::pow(ratio, i);
    const double error = press(parts, y, lambda);
    if (error < best_error) {
      best_error = error;
      best = lambda;
    }
  }
  return best;
}

}  // namespace

double LinearModel::predict(const double* features) const {
  double sum = intercept;
  for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i] * features[i];
  return sum;
}

LinearModel fit_ridge(const FeatureMatrix& features, const std::vector<double>& targets) {
  const Standardised x = standardise(features);
  Eigen::VectorXd y =
      Eigen::Map<const Eigen::VectorXd>(targets.data(), static_cast<Eigen::Index>(targets.size()));
  const double mean = y.mean();
  y.array() -= mean;
  LinearModel model;
  model.intercept = mean;
  model.weights.assign(features.columns, 0.0);
  if (x.values.squaredNorm() == 0) return model;  // nothing varies: the mean is all there is

  const Decomposition parts = decompose(x.values, y);
  model.lambda = best_lambda(parts, y);
  // w = X' U (S^2 + lambda)^-1 U' y, then back to the features' own units.
  const Eigen::VectorXd dual =
      parts.left * (parts.moved.array() / (parts.squares.array() + model.lambda)).matrix();
  const Eigen::VectorXd weights = (x.values.transpose() * dual).cwiseProduct(x.reciprocals);
  for (std::size_t i = 0; i < model.weights.size(); ++i) {
    model.weights[i] = weights(static_cast<Eigen::Index>(i));
    model.intercept -= model.weights[i] * x.means(static_cast<Eigen::Index>(i));
  }
  return model;
}

}  // namespace coppice

#include "predictors/non_negative_least_squares.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "supernet/base/random.hpp"

namespace coppice {
namespace {

FeatureMatrix matrix(std::size_t columns, std::vector<double> values) {
  return {values.size() / columns, columns, std::move(values)};
}

std::vector<double> residual(const FeatureMatrix& a,
                             const std::vector<double>& x,
                             const std::vector<double>& b) {
  std::vector<double> r = b;
  for (std::size_t i = 0; i < a.rows; ++i) {
    for (std::size_t j = 0; j < a.columns; ++j) r[i] -= a.row(i)[j] * x[j];
  }
  return r;
}

double squared_norm(const std::vector<double>& values) {
  double sum = 0;
  for (const double v : values) sum += v * v;
  return sum;
}

// Column j times the residual: half of how fast the squared error falls when x_j grows.
double gradient(const FeatureMatrix& a, const std::vector<double>& r, std::size_t j) {
  double sum = 0;
  for (std::size_t i = 0; i < a.rows; ++i) sum += a.row(i)[j] * r[i];
  return sum;
}

double column_length(const FeatureMatrix& a, std::size_t j) {
  double sum = 0;
  for (std::size_t i = 0; i < a.rows; ++i) sum += a.row(i)[j] * a.row(i)[j];
  return std::sqrt(sum);
}

void expect_optimal(const FeatureMatrix& a, const std::vector<double>& b) {
  const std::vector<double> x = non_negative_least_squares(a, b);
  const std::vector<double> r = residual(a, x, b);
  const double scale = std::sqrt(squared_norm(b)) + 1e-300;
  for (std::size_t j = 0; j < a.columns; ++j) {
    const double slope = gradient(a, r, j) / scale / (column_length(a, j) + 1e-300);
    EXPECT_GE(x[j], 0) << j;
    EXPECT_LT(slope, 1e-9) << "x" << j << " should be larger";
    if (x[j] > 0) {
      EXPECT_GT(slope, -1e-9) << "x" << j << " should be smaller";
    }
  }
}

TEST(NonNegativeLeastSquares, WithoutConflictItIsLeastSquares) {
  // x + y = 3, x - y = 1, and both again: exactly x 2, y 1.
  const auto x = non_negative_least_squares(matrix(2, {1, 1, 1, -1, 2, 2, 2, -2}), {3, 1, 6, 2});
  EXPECT_NEAR(x[0], 2, 1e-12);
  EXPECT_NEAR(x[1], 1, 1e-12);
}

TEST(NonNegativeLeastSquares, AnOrthogonalColumnThatWantsToBeNegativeIsZero) {
  const auto x = non_negative_least_squares(matrix(2, {1, 0, 0, 1}), {5, -3});
  EXPECT_DOUBLE_EQ(x[0], 5);
  EXPECT_EQ(x[1], 0);
}

TEST(NonNegativeLeastSquares, TheOthersAreFittedAnewWhenOneIsZero) {
  // Free least squares of a line through (1,1) (2,1.5) (3,4): intercept -5/6, slope 1.5. Without
  // the intercept the slope is (1 + 3 + 12) / 14 = 8/7, not 1.5.
  const auto x = non_negative_least_squares(matrix(2, {1, 1, 1, 2, 1, 3}), {1, 1.5, 4});
  EXPECT_EQ(x[0], 0);
  EXPECT_NEAR(x[1], 8.0 / 7, 1e-12);
}

TEST(NonNegativeLeastSquares, AColumnThatEnteredMayLeaveAgain) {
  // The steepest column first is the third, (1,1,1) . b = 2.1 against 1 and 1.1 scaled; the best
  // fit of b = (1, 1.1, 0) uses the first two alone, exactly.
  const FeatureMatrix a = matrix(3, {1, 0, 1, 0, 1, 1, 0, 0, 1});
  const auto x = non_negative_least_squares(a, {1, 1.1, 0});
  EXPECT_NEAR(x[0], 1, 1e-12);
  EXPECT_NEAR(x[1], 1.1, 1e-12);
  EXPECT_NEAR(x[2], 0, 1e-12);
}

TEST(NonNegativeLeastSquares, NothingHelpsANegativeTarget) {
  const auto x = non_negative_least_squares(matrix(2, {1, 2, 3, 4}), {-1, -1});
  EXPECT_EQ(x, (std::vector<double>{0, 0}));
}

TEST(NonNegativeLeastSquares, EmptyAndRepeatedColumnsDoNoHarm) {
  const auto x = non_negative_least_squares(matrix(3, {0, 1, 1, 0, 2, 2, 0, 3, 3}), {2, 4, 6});
  EXPECT_EQ(x[0], 0);
  EXPECT_NEAR(x[1] + x[2], 2, 1e-12);
  EXPECT_EQ(non_negative_least_squares(matrix(1, {0, 0}), {0, 0}), std::vector<double>{0});
}

TEST(NonNegativeLeastSquares, ScaleOfAColumnDoesNotMatter) {
  // Seconds beside multiply-accumulates: nine orders of magnitude.
  expect_optimal(matrix(2, {1e-3, 2e6, 2e-3, 9e6, 4e-3, 5e6}), {4e-3, 1.1e-2, 1.3e-2});
  const auto exact = non_negative_least_squares(matrix(2, {1e-3, 2e6, 2e-3, 9e6}),
                                                {3e-3 + 2e6 * 5e-10, 6e-3 + 9e6 * 5e-10});
  EXPECT_NEAR(exact[0], 3, 1e-9);
  EXPECT_NEAR(exact[1], 5e-10, 1e-19);
}

TEST(NonNegativeLeastSquares, TheConditionsOfTheOptimumHoldOnRandomProblems) {
  Random random(3);
  for (int problem = 0; problem < 300; ++problem) {
    const std::size_t columns = 1 + static_cast<std::size_t>(problem % 7);
    const std::size_t rows = columns + static_cast<std::size_t>(problem % 11);
    std::vector<double> values(rows * columns);
    for (double& v : values) v = random.uniform() - (problem % 2 == 0 ? 0.5 : 0.0);
    std::vector<double> target(rows);
    for (double& v : target) v = random.uniform() - 0.3;
    expect_optimal(matrix(columns, values), target);
  }
}

// The unconstrained minimum of every subset of columns that is not negative anywhere contains the
// answer; trying all subsets is slow and cannot be wrong.
double best_of_all_subsets(const FeatureMatrix& a, const std::vector<double>& b) {
  double best = squared_norm(b);
  for (unsigned subset = 1; subset < (1U << a.columns); ++subset) {
    // Gradient descent on the subset, projected: a method of another kind.
    std::vector<double> x(a.columns, 0.0);
    double lipschitz = 0;
    for (std::size_t j = 0; j < a.columns; ++j) lipschitz += std::pow(column_length(a, j), 2);
    for (int step = 0; step < 20000; ++step) {
      const std::vector<double> r = residual(a, x, b);
      for (std::size_t j = 0; j < a.columns; ++j) {
        if ((subset >> j & 1U) == 0) continue;
        x[j] = std::max(0.0, x[j] + gradient(a, r, j) / lipschitz);
      }
    }
    best = std::min(best, squared_norm(residual(a, x, b)));
  }
  return best;
}

TEST(NonNegativeLeastSquares, NoOtherMethodFindsASmallerError) {
  Random random(5);
  for (int problem = 0; problem < 5; ++problem) {
    std::vector<double> values(6 * 3);
    for (double& v : values) v = random.uniform() - 0.4;
    std::vector<double> target(6);
    for (double& v : target) v = random.uniform() - 0.5;
    const FeatureMatrix a = matrix(3, values);
    const double error = squared_norm(residual(a, non_negative_least_squares(a, target), target));
    EXPECT_LE(error, best_of_all_subsets(a, target) + 1e-9);
  }
}

}  // namespace
}  // namespace coppice

#include "predictors/linear_model.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "supernet/base/random.hpp"

namespace coppice {
namespace {

FeatureMatrix random_features(std::size_t rows, std::size_t columns, Random& random) {
  FeatureMatrix matrix{rows, columns, {}};
  for (std::size_t i = 0; i < rows * columns; ++i) matrix.values.push_back(random.normal());
  return matrix;
}

TEST(LinearModel, FindsAnExactLinearLawInTheFeaturesOwnUnits) {
  Random random(1);
  FeatureMatrix x = random_features(60, 3, random);
  std::vector<double> y;
  for (std::size_t i = 0; i < x.rows; ++i) {
    x.row(i)[1] = 1e6 + 1e3 * x.row(i)[1];
    y.push_back(4 + 2 * x.row(i)[0] - 0.001 * x.row(i)[1]);
  }
  const LinearModel model = fit_ridge(x, y);
  for (std::size_t i = 0; i < x.rows; ++i) EXPECT_NEAR(model.predict(x.row(i)), y[i], 1e-2);
  EXPECT_NEAR(model.weights[0], 2, 1e-2);
  EXPECT_NEAR(model.weights[1], -0.001, 1e-5);
  EXPECT_NEAR(model.weights[2], 0, 1e-2);
}

TEST(LinearModel, NoiseIsAnsweredWithAPenalty) {
  Random random(2);
  const FeatureMatrix x = random_features(40, 30, random);
  std::vector<double> noise;
  for (std::size_t i = 0; i < x.rows; ++i) noise.push_back(10 + random.normal());
  const LinearModel model = fit_ridge(x, noise);
  double squares = 0;
  for (const double weight : model.weights) squares += weight * weight;
  EXPECT_GT(model.lambda, 40 * 0.5);
  EXPECT_LT(squares, 0.3);
}

TEST(LinearModel, MoreFeaturesThanRowsStillPredict) {
  Random random(3);
  const FeatureMatrix x = random_features(120, 200, random);
  FeatureMatrix few{100, 200, {x.values.begin(), x.values.begin() + 100 * 200}};
  std::vector<double> y;
  for (std::size_t i = 0; i < x.rows; ++i) y.push_back(5 * x.row(i)[0] + 5 * x.row(i)[1]);
  const LinearModel model = fit_ridge(few, {y.begin(), y.begin() + 100});
  double error = 0;
  double spread = 0;
  for (std::size_t i = 100; i < 120; ++i) {
    error += std::pow(model.predict(x.row(i)) - y[i], 2);
    spread += y[i] * y[i];
  }
  EXPECT_LT(error, 0.9 * spread);
}

// The penalty's choice rests on the identity between leverages and left-out residuals; here it is
// checked through its consequence, the same lambda as brute force finds.
TEST(LinearModel, ThePenaltyMinimisesTheLeaveOneOutError) {
  Random random(4);
  FeatureMatrix x = random_features(25, 1, random);
  std::vector<double> y;
  for (std::size_t i = 0; i < x.rows; ++i) y.push_back(0.4 * x.row(i)[0] + random.normal());
  double mean = 0;
  for (std::size_t i = 0; i < x.rows; ++i) mean += x.values[i] / 25;
  double deviation = 0;
  for (double& value : x.values) deviation += (value - mean) * (value - mean) / 25;
  for (double& value : x.values) value = (value - mean) / std::sqrt(deviation);
  const auto left_out_error = [&](double lambda) {
    double error = 0;
    for (std::size_t out = 0; out < 25; ++out) {
      // Ridge with a free intercept on the other 24: minimise over both by the normal equations.
      double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
      for (std::size_t i = 0; i < 25; ++i) {
        if (i == out) continue;
        n += 1, sx += x.values[i], sy += y[i];
        sxx += x.values[i] * x.values[i], sxy += x.values[i] * y[i];
      }
      const double w = (sxy - sx * sy / n) / (sxx + lambda - sx * sx / n);
      error += std::pow((sy - w * sx) / n + w * x.values[out] - y[out], 2);
    }
    return error;
  };
  const double chosen = fit_ridge(x, y).lambda;
  for (const double factor : {0.25, 0.5, 2.0, 4.0}) {
    EXPECT_LE(left_out_error(chosen), left_out_error(chosen * factor) * 1.001) << factor;
  }
}

TEST(LinearModel, ConstantsWeighNothing) {
  FeatureMatrix x{4, 2, {1, 0.1, 2, 0.1, 3, 0.1, 4, 0.1}};
  const LinearModel model = fit_ridge(x, {1, 2, 3, 4});
  EXPECT_EQ(model.weights[1], 0);
  const FeatureMatrix constant{3, 1, {7, 7, 7}};
  const double features = 7;
  EXPECT_DOUBLE_EQ(fit_ridge(constant, {1, 2, 6}).predict(&features), 3);
}

}  // namespace
}  // namespace coppice

#include "predictors/gaussian_process.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "supernet/base/random.hpp"

namespace coppice {
namespace {

double curve(double a, double b) { return 70 + 3 * std::sin(a) + b; }

FeatureMatrix random_features(std::size_t rows, Random& random) {
  FeatureMatrix matrix{rows, 2, {}};
  for (std::size_t i = 0; i < rows; ++i) {
    matrix.values.push_back(4 * random.uniform());
    matrix.values.push_back(100 * random.uniform());
  }
  return matrix;
}

std::vector<double> targets_of(const FeatureMatrix& x, double noise, Random& random) {
  std::vector<double> y;
  for (std::size_t i = 0; i < x.rows; ++i) {
    y.push_back(curve(x.row(i)[0], x.row(i)[1] / 100) + noise * random.normal());
  }
  return y;
}

double error_of(const GaussianProcess& model, const FeatureMatrix& x) {
  double sum = 0;
  for (std::size_t i = 0; i < x.rows; ++i) {
    sum += std::pow(model.predict(x.row(i)) - curve(x.row(i)[0], x.row(i)[1] / 100), 2);
  }
  return std::sqrt(sum / static_cast<double>(x.rows));
}

TEST(GaussianProcess, FollowsACurveThatNoLineFollows) {
  Random random(1);
  const FeatureMatrix x = random_features(80, random);
  const FeatureMatrix other = random_features(80, random);
  const std::vector<double> y = targets_of(x, 0, random);
  EXPECT_LT(error_of(fit_gaussian_process(x, y), other), 0.05);
  const LinearModel line = fit_ridge(x, y);
  double error = 0;
  for (std::size_t i = 0; i < other.rows; ++i) {
    error +=
        std::abs(line.predict(other.row(i)) - curve(other.row(i)[0], other.row(i)[1] / 100)) / 80;
  }
  EXPECT_GT(error, 0.3);
}

TEST(GaussianProcess, NoiseIsRecognised) {
  Random random(2);
  const FeatureMatrix x = random_features(300, random);
  const GaussianProcess clean = fit_gaussian_process(x, targets_of(x, 0, random));
  const GaussianProcess noisy = fit_gaussian_process(x, targets_of(x, 1, random));
  EXPECT_LT(clean.noise, 0.01);
  EXPECT_GT(noisy.noise, clean.noise);
  EXPECT_LT(error_of(noisy, random_features(100, random)), 0.4);
}

TEST(GaussianProcess, ConstantTargetsArePredictedEverywhere) {
  Random random(3);
  const FeatureMatrix x = random_features(20, random);
  const GaussianProcess model = fit_gaussian_process(x, std::vector<double>(20, 5.0));
  const double far[] = {1e3, -1e3};
  EXPECT_DOUBLE_EQ(model.predict(far), 5);
}

}  // namespace
}  // namespace coppice

#include "predictors/grouped_models.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "predictors/agreement.hpp"
#include "supernet/base/random.hpp"

namespace coppice {
namespace {

constexpr std::size_t kStrong = 3;
constexpr std::size_t kAll = 103;

/// Three features that matter, then a hundred that are noise.
FeatureMatrix few_among_many(std::size_t rows, Random& random) {
  FeatureMatrix features{rows, kAll, {}};
  for (std::size_t i = 0; i < rows * kAll; ++i) features.values.push_back(random.normal());
  return features;
}

double law(const double* row) { return 70 + 2 * row[0] - row[1] + 0.5 * row[2]; }

std::vector<double> targets_of(const FeatureMatrix& features, double noise, Random& random) {
  std::vector<double> targets;
  for (std::size_t i = 0; i < features.rows; ++i) {
    targets.push_back(law(features.row(i)) + noise * random.normal());
  }
  return targets;
}

template <class Model>
double error_of(const Model& model, const FeatureMatrix& features, double (*truth)(const double*)) {
  std::vector<double> predicted;
  std::vector<double> measured;
  for (std::size_t i = 0; i < features.rows; ++i) {
    predicted.push_back(model.predict(features.row(i)));
    measured.push_back(truth(features.row(i)));
  }
  return rmse(predicted, measured);
}

TEST(GroupedModels, TellAFewStrongFeaturesFromManyWeakOnes) {
  Random random(1);
  const FeatureMatrix features = few_among_many(60, random);
  const auto targets = targets_of(features, 0.1, random);
  const FeatureMatrix others = few_among_many(500, random);
  const double grouped =
      error_of(fit_grouped_ridge(features, {kStrong, kAll}, targets), others, law);
  const double one_penalty = error_of(fit_ridge(features, targets), others, law);
  EXPECT_LT(grouped, 0.1);
  EXPECT_LT(grouped, one_penalty / 3);
}

TEST(GroupedModels, ManyRowsAndFewGiveTheSameKindOfAnswer) {
  // More rows than columns are solved in the other form.
  Random random(2);
  const FeatureMatrix features = few_among_many(300, random);
  const auto targets = targets_of(features, 0.1, random);
  const FeatureMatrix others = few_among_many(200, random);
  EXPECT_LT(error_of(fit_grouped_ridge(features, {kStrong, kAll}, targets), others, law), 0.05);
}

double bent(const double* row) { return 70 + 2 * row[0] + std::sin(2 * row[1]); }

TEST(GroupedModels, TheProcessBendsWhereTheRidgeCannot) {
  Random random(3);
  FeatureMatrix features = few_among_many(150, random);
  std::vector<double> targets;
  for (std::size_t i = 0; i < features.rows; ++i) {
    targets.push_back(bent(features.row(i)) + 0.05 * random.normal());
  }
  const FeatureMatrix others = few_among_many(300, random);
  const GaussianProcess process = fit_grouped_process(features, {kStrong, kAll}, kStrong, targets);
  EXPECT_EQ(process.near, kStrong);
  EXPECT_EQ(process.weights.size(), 150u);
  const double ridge =
      error_of(fit_grouped_ridge(features, {kStrong, kAll}, targets), others, bent);
  EXPECT_LT(error_of(process, others, bent), ridge / 2);
}

TEST(GroupedModels, ThousandsOfRowsShareAThousandPoints) {
  Random random(6);
  constexpr std::size_t columns = 5;
  FeatureMatrix features{2100, columns, {}};
  std::vector<double> targets;
  for (std::size_t i = 0; i < features.rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) features.values.push_back(random.normal());
    targets.push_back(bent(features.row(i)) + 0.05 * random.normal());
  }
  FeatureMatrix others{300, columns, {}};
  for (std::size_t i = 0; i < others.rows * columns; ++i) others.values.push_back(random.normal());
  const GaussianProcess process =
      fit_grouped_process(features, {kStrong, columns}, kStrong, targets);
  EXPECT_EQ(process.weights.size(), 1000u);
  EXPECT_LT(error_of(process, others, bent), 0.1);
}

TEST(GroupedModels, AProcessWithoutASurfaceIsTheRidge) {
  Random random(4);
  const FeatureMatrix features = few_among_many(100, random);
  const auto targets = targets_of(features, 0.1, random);
  const GaussianProcess process = fit_grouped_process(features, {kStrong, kAll}, kStrong, targets);
  const LinearModel ridge = fit_grouped_ridge(features, {kStrong, kAll}, targets);
  EXPECT_NEAR(process.predict(features.row(0)), ridge.predict(features.row(0)), 0.05);
}

TEST(GroupedModels, ConstantTargetsAndFeaturesArePredicted) {
  FeatureMatrix features{4, 2, {1, 0, 1, 0, 1, 0, 1, 0}};
  const std::vector<double> same(4, 7.5);
  EXPECT_DOUBLE_EQ(fit_grouped_ridge(features, {1, 2}, same).predict(features.row(0)), 7.5);
  EXPECT_DOUBLE_EQ(fit_grouped_process(features, {1, 2}, 1, same).predict(features.row(0)), 7.5);
  EXPECT_NEAR(
      fit_grouped_ridge(features, {1, 2}, {1, 2, 3, 4}).predict(features.row(0)), 2.5, 1e-9);
}

}  // namespace
}  // namespace coppice

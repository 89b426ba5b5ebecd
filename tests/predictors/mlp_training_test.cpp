#include "predictors/mlp_training.hpp"

#include <gtest/gtest.h>
#include <tbb/global_control.h>

#include <algorithm>
#include <cmath>

#include "supernet/base/random.hpp"

namespace coppice {
namespace {

/// The obvious way.
double output_of(const Mlp& mlp, const double* inputs, std::size_t count) {
  std::vector<double> values(inputs, inputs + count);
  for (std::size_t l = 0; l < mlp.layers.size(); ++l) {
    const Mlp::Layer& layer = mlp.layers[l];
    std::vector<double> next;
    for (std::size_t o = 0; o < layer.bias.size(); ++o) {
      double sum = static_cast<double>(layer.bias[o]);
      for (std::size_t i = 0; i < values.size(); ++i) {
        sum += values[i] * static_cast<double>(layer.weights[o * values.size() + i]);
      }
      next.push_back(l + 1 < mlp.layers.size() ? std::max(sum, 0.0) : sum);
    }
    values = next;
  }
  return values.front();
}

constexpr std::size_t kInputs = 12;

FeatureMatrix coins(std::size_t rows) {
  Random random(9);
  FeatureMatrix features{rows, kInputs, {}};
  for (std::size_t i = 0; i < rows * kInputs; ++i) {
    features.values.push_back(random.below(2) == 0 ? 0.0 : 1.0);
  }
  return features;
}

/// Whether two coins differ is no sum of coins.
std::vector<double> differing(const FeatureMatrix& features) {
  std::vector<double> targets;
  for (std::size_t i = 0; i < features.rows; ++i) {
    targets.push_back(features.row(i)[0] == features.row(i)[1] ? -1 : 1);
  }
  return targets;
}

MlpTraining small_training() {
  MlpTraining training;
  training.width = 37;  // no multiple of any vector
  training.hidden = 2;
  training.steps = 300;
  training.batch = 50;
  training.learning_rate = 1e-2;
  return training;
}

double largest_error(const Mlp& mlp, const FeatureMatrix& features) {
  const auto targets = differing(features);
  double largest = 0;
  for (std::size_t i = 0; i < features.rows; ++i) {
    const double output = output_of(mlp, features.row(i), kInputs);
    largest = std::max(largest, std::abs(output - targets[i]));
  }
  return largest;
}

TEST(MlpTraining, LearnsWhatNoSumOfInputsIs) {
  const FeatureMatrix features = coins(230);
  const Mlp mlp = train_mlp(features, differing(features), small_training());
  mlp.check(kInputs, "the network");
  ASSERT_EQ(mlp.layers.size(), 3u);
  EXPECT_LT(largest_error(mlp, features), 0.5);
}

TEST(MlpTraining, TheSameSeedGivesTheSameBitsForAnyNumberOfThreads) {
  const FeatureMatrix features = coins(120);
  MlpTraining training = small_training();
  training.width = 200;  // several tasks
  training.steps = 20;
  const auto weights = [&](std::size_t threads, std::uint64_t seed) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    training.seed = seed;
    return train_mlp(features, differing(features), training).layers[1].weights;
  };
  EXPECT_EQ(weights(1, 1), weights(4, 1));
  EXPECT_NE(weights(1, 1), weights(1, 2));
}

TEST(MlpTraining, OneRowAndBatchesLargerThanTheRowsWork) {
  const FeatureMatrix features = coins(1);
  MlpTraining training = small_training();
  const Mlp mlp = train_mlp(features, {0.25}, training);
  EXPECT_NEAR(output_of(mlp, features.row(0), kInputs), 0.25, 0.05);
}

TEST(MlpTraining, OneStepMovesEveryWeightByTheRate) {
  // Adam's first step is the rate against the gradient's sign: the last bias tells.
  FeatureMatrix features{1, 1, {1}};
  MlpTraining training;
  training.width = 4;
  training.hidden = 1;
  training.steps = 1;
  training.weight_decay = 0;
  const float high = train_mlp(features, {1000}, training).layers.back().bias[0];
  const float low = train_mlp(features, {-1000}, training).layers.back().bias[0];
  EXPECT_NEAR(high - low, 2 * training.learning_rate, 1e-6);
}

}  // namespace
}  // namespace coppice

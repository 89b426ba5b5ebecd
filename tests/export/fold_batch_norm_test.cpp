#include "export/fold_batch_norm.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "supernet/base/error.hpp"
#include "tests/support/tiny_network.hpp"

namespace coppice {
namespace {

double largest(const std::vector<double>& values) {
  double out = 0;
  for (const double value : values) out = std::max(out, std::abs(value));
  return out;
}

TEST(FoldBatchNorm, ComputesTheSameFunction) {
  for (const std::string& name : builtin_space_names()) {
    const SearchSpace space = narrow_space(name, 32);
    Random random(11);
    const LayerPlan plan = plan_layers(space, space.sample(random));
    const PlainNetwork network = random_network(plan, random.fork("weights"));
    const std::vector<float> images = random_images(plan, 1, random.fork("images"));
    const auto expected = reference_logits(network, images, 1);
    const auto found = reference_logits(fold_batch_norm(network), images, 1);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_NEAR(found[i], expected[i], 2e-6 * largest(expected)) << name;
    }
  }
}

// gamma 2, beta 1, mean 3, variance 15 and eps 1: scale 2 / 4, bias (0 - 3) / 2 + 1.
TEST(FoldBatchNorm, FollowsTheFormulaOnOneChannel) {
  PlainNetwork network;
  Layer conv;
  conv.name = "conv";
  conv.in_channels = conv.out_channels = 1;
  conv.batch_norm = true;
  Layer linear;
  linear.kind = LayerKind::linear;
  linear.input = 0;
  linear.in_channels = linear.out_channels = 1;
  network.plan.batch_norm_eps = 1;
  network.plan.layers = {conv, linear};
  network.layers.resize(2);
  network.layers[0].weight = {{1, 1, 1, 1}, {8}};
  network.layers[0].norm_weight = {{1}, {2}};
  network.layers[0].norm_bias = {{1}, {1}};
  network.layers[0].norm_mean = {{1}, {3}};
  network.layers[0].norm_variance = {{1}, {15}};
  network.layers[1].weight = {{1, 1}, {1}};
  network.layers[1].bias = {{1}, {0}};
  const PlainNetwork folded = fold_batch_norm(network);
  EXPECT_EQ(folded.layers[0].weight.values, std::vector<float>{4});
  EXPECT_EQ(folded.layers[0].bias.values, std::vector<float>{-0.5F});
}

TEST(FoldBatchNorm, EveryConvolutionHasABiasAndNoNorm) {
  const PlainNetwork folded = fold_batch_norm(tiny_network());
  for (std::size_t i = 0; i < folded.layers.size(); ++i) {
    if (folded.plan.layers[i].kind != LayerKind::conv) continue;
    EXPECT_FALSE(folded.plan.layers[i].batch_norm);
    EXPECT_EQ(folded.layers[i].bias.shape,
              std::vector<std::int64_t>{folded.plan.layers[i].out_channels});
    EXPECT_TRUE(folded.layers[i].norm_weight.values.empty());
    EXPECT_TRUE(folded.layers[i].norm_variance.shape.empty());
  }
}

TEST(FoldBatchNorm, FoldingTwiceChangesNothing) {
  const PlainNetwork once = fold_batch_norm(tiny_network());
  const PlainNetwork twice = fold_batch_norm(once);
  for (std::size_t i = 0; i < once.layers.size(); ++i) {
    EXPECT_EQ(once.layers[i].weight.values, twice.layers[i].weight.values);
    EXPECT_EQ(once.layers[i].bias.values, twice.layers[i].bias.values);
  }
}

TEST(FoldBatchNorm, DamagedNetworkIsRefused) {
  PlainNetwork network = tiny_network();
  network.layers[0].norm_weight.values.clear();
  EXPECT_THROW(static_cast<void>(fold_batch_norm(network)), Error);
}

}  // namespace
}  // namespace coppice

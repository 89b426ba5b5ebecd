#include "supernet/training/sgd.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/optim/sgd.h>

namespace coppice {
namespace {

NamedTensor parameter(const std::string& name, const at::Tensor& value) {
  return {name, value.clone().requires_grad_(true)};
}

// Float32 is updated by a kernel of our own, double as on a GPU by libtorch's operators.
class SgdOn : public testing::TestWithParam<at::ScalarType> {};

TEST_P(SgdOn, FollowsTorchsNesterovStepByStep) {
  at::manual_seed(1);
  const at::Tensor start = at::randn({4, 3}, GetParam());
  const NamedTensor ours = parameter("conv/weight", start);
  at::Tensor theirs = start.clone().requires_grad_(true);
  Sgd sgd({ours}, SgdOptions{});
  torch::optim::SGD reference(
      std::vector<at::Tensor>{theirs},
      torch::optim::SGDOptions(0.1).momentum(0.9).nesterov(true).weight_decay(3e-5));
  for (int step = 0; step < 5; ++step) {
    const at::Tensor target = at::randn({4, 3}, GetParam());
    sgd.zero_gradients();
    reference.zero_grad();
    (ours.tensor - target).pow(2).sum().backward();
    (theirs - target).pow(2).sum().backward();
    sgd.step(0.1);
    reference.step();
    ASSERT_TRUE(at::allclose(ours.tensor, theirs, 1e-6, 1e-7)) << step;
  }
}

TEST(Sgd, DecaysWeightsButNeitherNormsNorBiases) {
  EXPECT_TRUE(is_decayed("blocks.1.expand/weight"));
  EXPECT_TRUE(is_decayed("blocks.1.squeeze_excite/reduce_weight"));
  EXPECT_FALSE(is_decayed("blocks.1.expand/norm_weight"));
  EXPECT_FALSE(is_decayed("classifier/bias"));
  EXPECT_FALSE(is_decayed("blocks.1.depthwise/7to5"));
  EXPECT_TRUE(is_transform("blocks.1.depthwise/7to5"));
  EXPECT_FALSE(is_transform("blocks.1.depthwise/weight"));
}

TEST_P(SgdOn, SeveralParametersKeepTheirOwnDecay) {
  const NamedTensor weight = parameter("conv/weight", at::ones({2}, GetParam()));
  const NamedTensor bias = parameter("conv/bias", at::ones({3}, GetParam()));
  SgdOptions options;
  options.weight_decay = 0.5;
  options.momentum = 0;
  Sgd sgd({weight, bias}, options);
  (weight.tensor.sum() + bias.tensor.sum()).backward();
  sgd.step(0.1);
  EXPECT_NEAR(weight.tensor[0].item<double>(), 1 - 0.1 * 1.5, 1e-6);
  EXPECT_NEAR(bias.tensor[2].item<double>(), 1 - 0.1, 1e-6);
}

TEST_P(SgdOn, AnUnusedParameterWaitsOrDecaysAsAsked) {
  for (const UnusedWeights rule : {UnusedWeights::keep, UnusedWeights::decay}) {
    const NamedTensor weight = parameter("conv/weight", at::ones({2}, GetParam()));
    SgdOptions options;
    options.weight_decay = 0.1;
    options.unused = rule;
    Sgd sgd({weight}, options);
    weight.tensor.sum().backward();
    sgd.step(0.1);
    const at::Tensor after_first = weight.tensor.detach().clone();
    sgd.zero_gradients();
    sgd.step(0.1);
    EXPECT_EQ(at::equal(after_first, weight.tensor), rule == UnusedWeights::keep);
  }
}

INSTANTIATE_TEST_SUITE_P(Types,
                         SgdOn,
                         testing::Values(at::kFloat, at::kDouble),
                         [](const auto& type) { return std::string(at::toString(type.param)); });

}  // namespace
}  // namespace coppice

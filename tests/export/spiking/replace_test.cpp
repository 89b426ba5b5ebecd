#include "export/spiking/replace.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/randn.h>
#include <gtest/gtest.h>

#include "export/spiking/convert.hpp"
#include "export/spiking/qcfs.hpp"
#include "export/spiking/spikeable.hpp"
#include "supernet/base/error.hpp"
#include "supernet/calibration.hpp"
#include "supernet/supernet.hpp"
#include "tests/support/tiny_resnet_space.hpp"
#include "tests/support/tiny_space.hpp"

namespace coppice {
namespace {

TEST(Replace, ReluAndFixedGatesCanSpike) {
  const SearchSpace space = tiny_space();
  const Supernet supernet(space, Random(1));
  const Subnet subnet = supernet.extract(space.largest());
  const at::Tensor images = at::randn({8, 1, 16, 16});
  const Subnet replaced = replace_unspikeable(subnet, {images});
  EXPECT_TRUE(unspikeable_layers(replaced.plan()).empty());
  std::size_t gates = 0;
  for (const Layer& layer : subnet.plan().layers) {
    gates += layer.kind == LayerKind::squeeze_excite ? 1U : 0U;
  }
  EXPECT_GT(gates, 0U);
  EXPECT_EQ(replaced.plan().layers.size() + gates, subnet.plan().layers.size());
  const auto thresholds = percentile_thresholds(replaced, {images}, 100);
  EXPECT_GT(exact_timesteps(convert(replaced.plain(), plain_thresholds(thresholds)), 8), 1000);
}

TEST(Replace, AGateAtItsMeanChangesLittle) {
  // With one image the mean gate is its own gate, so only the activations differ.
  SearchSpace space = tiny_space();
  SpaceSpec spec = space.spec();
  spec.stem_activation = spec.head_activation = Activation::relu;
  for (StageSpec& stage : spec.stages) stage.activation = Activation::relu;
  space = SearchSpace(spec);
  const Supernet supernet(space, Random(2));
  Subnet subnet = supernet.extract(space.largest());
  const at::Tensor image = at::randn({1, 1, 16, 16});
  calibrate(subnet, {image});
  const at::Tensor before = subnet.forward(image);
  const at::Tensor after = replace_unspikeable(subnet, {image}).forward(image);
  EXPECT_LT((before - after).abs().max().item<double>(), 1e-3 * before.abs().max().item<double>());
}

TEST(Replace, PoolsHaveNoReplacement) {
  const SearchSpace space = tiny_resnet_space();
  const Supernet supernet(space, Random(1));
  const Subnet subnet = supernet.extract(space.smallest());
  try {
    static_cast<void>(replace_unspikeable(subnet, {at::randn({2, 1, 16, 16})}));
    FAIL() << "a max-pool was replaced";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("max-pool takes a maximum"), std::string::npos);
  }
}

}  // namespace
}  // namespace coppice

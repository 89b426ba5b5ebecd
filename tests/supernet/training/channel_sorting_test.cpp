#include "supernet/training/channel_sorting.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include "tests/support/tiny_space.hpp"

namespace coppice {
namespace {

Supernet disturbed(const SearchSpace& space) {
  Supernet net(space, Random(1));
  const at::NoGradGuard no_grad;
  at::manual_seed(4);
  for (const NamedTensor& named : net.parameters()) {
    at::Tensor tensor = named.tensor;
    tensor.add_(at::randn_like(tensor), 0.1);
  }
  for (const NamedTensor& named : net.statistics()) {
    at::Tensor tensor = named.tensor;
    tensor.add_(at::rand_like(tensor), 0.1);
  }
  return net;
}

void expect_same_function(const SearchSpace& space, int open_expands) {
  const at::NoGradGuard no_grad;
  Supernet net = disturbed(space);
  const Architecture full = net.space().largest();
  const int r = net.space().resolution(full);
  const at::Tensor images = at::randn({2, space.spec().channels, r, r});
  const at::Tensor before = net.forward(images, full);
  sort_channels(net, open_expands);
  const at::Tensor after = net.forward(images, full);
  EXPECT_LE((before - after).abs().max().item<double>(), 1e-4 * before.abs().max().item<double>());
}

TEST(ChannelSorting, TheFullMobileNetworkComputesTheSame) { expect_same_function(tiny_space(), 1); }

TEST(ChannelSorting, TheFullResNetComputesTheSame) {
  SpaceParameters parameters;
  parameters.classes = 10;
  parameters.resolutions = {32};
  expect_same_function(builtin_space("ofa-resnet50", parameters), 1);
}

at::Tensor importance(const Supernet& net, const std::string& block) {
  return net.stored(block + ".project").weight.abs().sum({0, 2, 3}).detach();
}

TEST(ChannelSorting, ImportanceDescendsOverTheWholeWidth) {
  Supernet net = disturbed(tiny_space());
  sort_channels(net, 1);
  const at::Tensor sorted = importance(net, "blocks.1");
  EXPECT_TRUE(at::equal(sorted, std::get<0>(sorted.sort(0, true))));
}

TEST(ChannelSorting, TrainedWidthsKeepTheirChannels) {
  Supernet net = disturbed(tiny_space());
  // Width 8, expansions 4 and 3 trained: the bands are [0, 24) and [24, 32).
  const at::Tensor before = importance(net, "blocks.1");
  sort_channels(net, 2);
  const at::Tensor after = importance(net, "blocks.1");
  const auto sorted_band = [](const at::Tensor& x, int from, int to) {
    return std::get<0>(x.slice(0, from, to).sort(0, true));
  };
  EXPECT_TRUE(at::allclose(after.slice(0, 0, 24), sorted_band(before, 0, 24)));
  EXPECT_TRUE(at::allclose(after.slice(0, 24, 32), sorted_band(before, 24, 32)));
}

}  // namespace
}  // namespace coppice

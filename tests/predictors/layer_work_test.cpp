#include "predictors/layer_work.hpp"

#include <gtest/gtest.h>

#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/tiny_space.hpp"

namespace coppice {
namespace {

// A 1x1 convolution of 10 x 10 pixels, 100 to 200 channels, and the same depthwise on 200.
LayerPlan plan() {
  LayerPlan plan;
  Layer dense;
  dense.kind = LayerKind::conv;
  dense.in_channels = 100;
  dense.out_channels = 200;
  dense.in_size = 10;
  dense.out_size = 10;
  Layer depthwise = dense;
  depthwise.in_channels = 200;
  depthwise.groups = 200;
  Layer add = dense;
  add.kind = LayerKind::add;
  add.in_channels = 200;
  plan.layers = {dense, depthwise, add};
  return plan;
}

TEST(LayerWork, CountsArithmeticWeightsAndActivations) {
  const auto works = layer_works(plan(), DeviceProfile{}, NumberType::fp32, 1);
  ASSERT_EQ(works.size(), 3U);
  EXPECT_EQ(works[0].operation, Operation::conv);
  EXPECT_EQ(works[0].macs, 2e6);
  EXPECT_EQ(works[0].activation_bytes, 4 * (10000 + 20000));
  // Without a cache everything goes to main memory: 20,000 weights and the activations.
  EXPECT_EQ(works[0].dram_bytes, 4 * 20000 + works[0].activation_bytes);
  EXPECT_EQ(works[1].operation, Operation::dwconv);
  EXPECT_EQ(works[1].macs, 20000);
  EXPECT_EQ(works[2].operation, Operation::fc);
  EXPECT_EQ(works[2].macs, 0);
  EXPECT_EQ(works[2].activation_bytes, 4 * 3 * 20000);  // an addition reads two tensors
}

TEST(LayerWork, ACacheKeepsActivationsThatFit) {
  DeviceProfile profile;
  profile.cache_bytes = 4 * (10000 + 20000);
  const auto works = layer_works(plan(), profile, NumberType::fp32, 1);
  EXPECT_EQ(works[0].dram_bytes, 4 * 20000);
  EXPECT_GT(works[1].dram_bytes, works[1].activation_bytes);  // 20,000 in and out do not fit
}

TEST(LayerWork, ABatchReadsItsWeightsOnce) {
  const auto one = layer_works(plan(), DeviceProfile{}, NumberType::int8, 1);
  const auto four = layer_works(plan(), DeviceProfile{}, NumberType::int8, 4);
  EXPECT_EQ(four[0].macs, 4 * one[0].macs);
  EXPECT_EQ(four[0].activation_bytes, 4 * one[0].activation_bytes);
  EXPECT_EQ(four[0].dram_bytes - one[0].dram_bytes, 3 * one[0].activation_bytes);
}

TEST(LayerWork, WhatAProfileLacksIsNamed) {
  DeviceProfile profile;
  profile.id = "box";
  EXPECT_EQ(message_of([&] { static_cast<void>(peak_ops(profile, NumberType::int8)); }),
            "profile 'box' has no compute.peak_ops.int8; add it to the profile");
}

}  // namespace
}  // namespace coppice

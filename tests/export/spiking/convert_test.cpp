#include "export/spiking/convert.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

// 1 x 1 pixels: stem (1 -> 2, ReLU), project (2 -> 2, linear), its sum with the stem, mix (2 -> 1,
// ReLU), classifier (1 -> 1).
PlainNetwork bottleneck() {
  PlainNetwork network;
  network.plan.input_channels = 1;
  network.plan.resolution = 1;
  network.plan.classes = 1;
  network.plan.batch_norm_eps = 1e-5;
  const auto add = [&network](Layer layer, std::vector<float> weight, std::vector<float> bias) {
    layer.in_size = layer.out_size = 1;
    PlainLayer arrays;
    if (layer.kind != LayerKind::add) {
      const bool conv = layer.kind == LayerKind::conv;
      arrays.weight.shape = {layer.out_channels, layer.in_channels};
      if (conv) arrays.weight.shape.insert(arrays.weight.shape.end(), {1, 1});
      arrays.weight.values = std::move(weight);
      arrays.bias = {{layer.out_channels}, std::move(bias)};
    }
    network.plan.layers.push_back(layer);
    network.layers.push_back(arrays);
  };
  Layer layer;
  layer.name = "stem";
  layer.in_channels = 1;
  layer.out_channels = 2;
  layer.activation = Activation::relu;
  add(layer, {1, 3}, {0.5, 1});
  layer = Layer();
  layer.name = "project";
  layer.input = 0;
  layer.in_channels = layer.out_channels = 2;
  add(layer, {1, -1, 0.5, 2}, {0.25, 0});
  layer.name = "add";
  layer.kind = LayerKind::add;
  layer.input = 1;
  layer.shortcut = 0;
  add(layer, {}, {});
  layer = Layer();
  layer.name = "mix";
  layer.input = 2;
  layer.in_channels = 2;
  layer.out_channels = 1;
  layer.activation = Activation::relu;
  add(layer, {1, 1}, {8});
  layer.name = "classifier";
  layer.kind = LayerKind::linear;
  layer.input = 3;
  layer.in_channels = 1;
  layer.activation = Activation::none;
  add(layer, {3}, {1});
  return network;
}

std::string failure_of(const Thresholds& thresholds) {
  try {
    static_cast<void>(convert(bottleneck(), thresholds));
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

const SpikingNode& node_named(const SpikingNetwork& network, std::string_view name) {
  for (const SpikingNode& node : network.nodes) {
    if (node.name == name) return node;
  }
  throw Error(text("no node ", name));
}

TEST(Convert, ThresholdsScaleWeightsBiasesAndShortcuts) {
  const SpikingNetwork network = convert(bottleneck(), {{2, 4}, {}, {}, {8}, {}});
  const SpikingNode& stem = node_named(network, "stem");
  EXPECT_EQ(stem.weight, (std::vector<float>{0.5, 0.75}));
  EXPECT_EQ(stem.bias, (std::vector<float>{0.25, 0.25}));
  // The bottleneck's sums keep their unit: W times the threshold that a spike stands for.
  const SpikingNode& project = node_named(network, "project");
  EXPECT_EQ(project.weight, (std::vector<float>{2, -4, 1, 8}));
  EXPECT_EQ(project.bias, (std::vector<float>{0.25, 0}));
  EXPECT_EQ(node_named(network, "add.shortcut").weight, (std::vector<float>{2, 4}));
  const SpikingNode& mix = node_named(network, "mix");
  EXPECT_EQ(mix.weight, (std::vector<float>{0.125, 0.125}));
  EXPECT_EQ(mix.bias, (std::vector<float>{1}));
  EXPECT_EQ(mix.inputs.size(), 2U);  // project and shortcut, added
  EXPECT_EQ(node_named(network, "classifier").weight, (std::vector<float>{24}));
  EXPECT_GT(exact_timesteps(network, 4), 4096);
}

TEST(Convert, WeightsLieOnTheGrid) {
  const SpikingNetwork network = convert(bottleneck(), {{3, 0.7F}, {}, {}, {1.1F}, {}});
  const float weight = node_named(network, "stem").weight[0] * 65536;
  EXPECT_EQ(weight, std::floor(weight));
  EXPECT_NEAR(node_named(network, "stem").weight[0], 1.0 / 3, 1.0 / 65536);
  EXPECT_GT(exact_timesteps(network, 4), 4096);
}

TEST(Convert, MissingOrBadThresholdsAreNamed) {
  EXPECT_EQ(failure_of({{2, 0}, {}, {}, {8}, {}}),
            "layer 'stem' needs one positive threshold for each of its 2 channels");
  EXPECT_EQ(failure_of({{2, 4}, {}, {}, {}, {}}),
            "layer 'mix' needs one positive threshold for each of its 1 channels");
  EXPECT_EQ(failure_of({{2, 4}}), "thresholds are given for 1 layers, the network has 5");
}

}  // namespace
}  // namespace coppice

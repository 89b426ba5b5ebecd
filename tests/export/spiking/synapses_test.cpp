#include "export/spiking/synapses.hpp"

#include <gtest/gtest.h>

#include <string>

#include "export/spiking/convert.hpp"
#include "tests/support/reference_runner.hpp"
#include "tests/support/tiny_network.hpp"

namespace coppice {
namespace {

// 4 x 4 image of 1 channel, 3 x 3 convolution to 2 neurons a pixel, depthwise 3 x 3 with stride 2,
// sum over the map, 3 logits.
SpikingNetwork bordered() {
  SpikingNetwork network;
  network.nodes.push_back({SpikingKind::input, "input", {}, 1, 4, 0, 1, 1, 1, {}, {}});
  network.nodes.push_back(
      {SpikingKind::conv, "dense", {0}, 2, 4, 1, 3, 1, 1, std::vector<float>(18, 0.5F), {0, 0}});
  network.nodes.push_back({SpikingKind::neurons, "a", {1}, 2, 4, 0, 1, 1, 1, {}, {}});
  network.nodes.push_back({SpikingKind::conv,
                           "depthwise",
                           {2},
                           2,
                           2,
                           2,
                           3,
                           2,
                           2,
                           std::vector<float>(18, 0.5F),
                           {0, 0}});
  network.nodes.push_back({SpikingKind::neurons, "b", {3}, 2, 2, 0, 1, 1, 1, {}, {}});
  network.nodes.push_back({SpikingKind::sum_pool, "pool", {4}, 2, 1, 0, 1, 1, 1, {}, {}});
  network.nodes.push_back(
      {SpikingKind::conv, "logits", {5}, 3, 1, 2, 1, 1, 1, std::vector<float>(6, 0.5F), {0, 0, 0}});
  return network;
}

TEST(Synapses, BordersAndStridesCountAsTheyAre) {
  const auto found = connections(bordered());
  ASSERT_EQ(found.size(), 3U);
  // Rows of the image reach 2, 3, 3, 2 rows; squared and summed over columns, 2 channels.
  EXPECT_EQ(found[0].synapses, 2 * 10 * 10);
  EXPECT_EQ(found[0].weights, 18);
  // With stride 2, rows 0 to 3 reach output rows {0}, {0, 1}, {1}, {1}: 1, 2, 1, 1.
  const std::vector<double> fan_out{1, 2, 1, 1, 2, 4, 2, 2, 1, 2, 1, 1, 1, 2, 1, 1};
  EXPECT_EQ(found[1].fan_out, fan_out);
  EXPECT_EQ(found[1].synapses, 2 * 25);
  // Through the pool every spike reaches each of the 3 logits once.
  EXPECT_EQ(found[2].fan_out, std::vector<double>(4, 3));
  EXPECT_EQ(found[2].target, 6);
}

TEST(Synapses, OperationsAreSpikesTimesFanOut) {
  const auto found = connections(bordered());
  std::vector<double> spikes(16, 0);
  spikes[5] = 3;  // reaches 4 pixels
  spikes[0] = 2;  // reaches 1
  EXPECT_EQ(synaptic_operations(found[1], spikes), 14);
}

TEST(Synapses, ALinearBottleneckCountsAsMultipliedOut) {
  const SearchSpace space = narrow_space("small-relu", 28);
  const Architecture architecture = space.smallest();
  const PlainNetwork plain = random_network(plan_layers(space, architecture), Random(1));
  Thresholds thresholds;
  for (const Layer& layer : plain.plan.layers) {
    const bool fires = layer.activation != Activation::none;
    thresholds.emplace_back(fires ? static_cast<std::size_t>(layer.out_channels) : 0, 1.0F);
  }
  const SpikingNetwork network = convert(plain, thresholds);
  for (const Connection& connection : connections(network)) {
    const SpikingNode& source = network.nodes[static_cast<std::size_t>(connection.source)];
    const SpikingNode& target = network.nodes[static_cast<std::size_t>(connection.target)];
    if (source.name != "blocks.0.depthwise.neurons") continue;
    // Project and expand: every neuron of the pixel behind hears the spike once.
    EXPECT_EQ(target.name, "blocks.1.expand.neurons");
    EXPECT_EQ(connection.fan_out.front(), target.channels);
  }
}

}  // namespace
}  // namespace coppice

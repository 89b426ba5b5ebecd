#include "export/check_network.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/tiny_network.hpp"

namespace coppice {
namespace {

template <class Damage>
std::string message_after(const Damage& damage) {
  PlainNetwork network = tiny_network();
  damage(network);
  return message_of([&] { check_network(network); });
}

std::size_t first(const PlainNetwork& network, LayerKind kind) {
  std::size_t i = 0;
  while (network.plan.layers[i].kind != kind) ++i;
  return i;
}

TEST(CheckNetwork, WholeNetworkPasses) {
  EXPECT_EQ(message_after([](auto&) {}), "no error");
}

TEST(CheckNetwork, WrongShapeNamesLayerAndBothShapes) {
  EXPECT_EQ(message_after([](PlainNetwork& n) { n.layers[0].weight.shape[0] = 15; }),
            "layer 'stem': weight has the shape [15, 3, 3, 3], must be [16, 3, 3, 3]");
  EXPECT_EQ(message_after([](PlainNetwork& n) { n.layers[0].norm_mean = {}; }),
            "layer 'stem': norm_mean has the shape [], must be [16]");
  EXPECT_EQ(message_after([](PlainNetwork& n) { n.layers.back().bias.shape = {8}; }),
            "layer 'classifier': bias has the shape [8], must be [7]");
  EXPECT_EQ(message_after([](PlainNetwork& n) {
              n.layers[first(n, LayerKind::squeeze_excite)].expand_bias = {};
            }).substr(0, 50),
            "layer 'blocks.4.squeeze_excite': expand_bias has t");
}

TEST(CheckNetwork, MissingValuesAreCounted) {
  EXPECT_EQ(message_after([](PlainNetwork& n) { n.layers[0].norm_bias.values.pop_back(); }),
            "layer 'stem': norm_bias holds 15 values, its shape asks for 16");
}

TEST(CheckNetwork, ValuesThatAreNotFiniteAreRefused) {
  EXPECT_EQ(message_after([](PlainNetwork& n) {
              n.layers[0].weight.values[5] = std::numeric_limits<float>::quiet_NaN();
            }),
            "layer 'stem': weight holds a value that is not finite; the network was not trained to "
            "an end that can be exported");
}

TEST(CheckNetwork, NegativeVarianceIsRefused) {
  EXPECT_EQ(message_after([](PlainNetwork& n) { n.layers[0].norm_variance.values[2] = -0.5F; }),
            "layer 'stem': norm_variance holds -0.5, must be >= 0");
}

TEST(CheckNetwork, ArraysAndPlanMustBeOfOneLength) {
  EXPECT_EQ(message_after([](PlainNetwork& n) {
              n.plan.layers.resize(1);
              n.layers.resize(1);
            }),
            "the network does not end in a linear layer; only classifiers can be exported");
  const std::string count = std::to_string(tiny_network().layers.size());
  EXPECT_EQ(message_after([](PlainNetwork& n) { n.layers.emplace_back(); }),
            "the network has arrays for " + std::to_string(std::stoi(count) + 1) +
                " layers, its plan has " + count);
}

TEST(CheckNetwork, ReadingALaterLayerIsRefused) {
  EXPECT_EQ(message_after([](PlainNetwork& n) { n.plan.layers[1].input = 1; }),
            "layer 'blocks.0.depthwise' reads a layer that comes after it");
}

}  // namespace
}  // namespace coppice

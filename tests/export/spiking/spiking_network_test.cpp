#include "export/spiking/spiking_network.hpp"

#include <gtest/gtest.h>

#include "supernet/base/error.hpp"
#include "tests/export/spiking/tiny_spiking_network.hpp"

namespace coppice {
namespace {

std::string failure_of(const SpikingNetwork& network) {
  try {
    check_spiking_network(network);
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

TEST(SpikingNetwork, NamesTheNodeThatDoesNotFit) {
  SpikingNetwork network = two_neurons();
  check_spiking_network(network);
  network.nodes[1].weight.pop_back();
  EXPECT_EQ(failure_of(network),
            "spiking network: node 'first' has weights or biases that do not fit its shape");
  network = two_neurons();
  network.nodes[3].in_channels = 3;
  EXPECT_EQ(failure_of(network),
            "spiking network: node 'logits' takes 3 channels, but 'neurons' gives 2");
  network = two_neurons();
  network.nodes[2].inputs = {3};
  EXPECT_EQ(failure_of(network), "spiking network: node 'neurons' reads a node that comes later");
}

TEST(SpikingNetwork, WeightsOffTheGridAreNotExact) {
  SpikingNetwork network = two_neurons();
  EXPECT_GT(exact_timesteps(network, 1), 100000);
  network.nodes[1].weight[0] = 1.0F / 3;
  EXPECT_EQ(exact_timesteps(network, 1), 0);
}

TEST(SpikingNetwork, LargeWeightsOnAFineGridAreNotExactInFloat) {
  SpikingNetwork network = two_neurons();
  // 2^9 in steps of 2^-16 takes 25 binary digits; the node reads spikes, which float convolves.
  network.nodes[3].weight = {512, 1.0F / 65536, 0, 1};
  EXPECT_EQ(exact_timesteps(network, 1), 0);
}

}  // namespace
}  // namespace coppice

// Spiking networks small enough to follow by hand.
#pragma once

#include "export/spiking/spiking_network.hpp"

namespace coppice {

/// One pixel -> two neurons -> two logits. Neuron 0 gets 0.375 of the pixel in each timestep,
/// neuron 1 gets 0.75; each logit is the rate of one.
inline SpikingNetwork two_neurons() {
  SpikingNetwork network;
  network.nodes.push_back({SpikingKind::input, "input", {}, 1, 1, 0, 1, 1, 1, {}, {}});
  network.nodes.push_back(
      {SpikingKind::conv, "first", {0}, 2, 1, 1, 1, 1, 1, {0.375F, 0.75F}, {0, 0}});
  network.nodes.push_back({SpikingKind::neurons, "neurons", {1}, 2, 1, 0, 1, 1, 1, {}, {}});
  network.nodes.push_back(
      {SpikingKind::conv, "logits", {2}, 2, 1, 2, 1, 1, 1, {1, 0, 0, 1}, {0, 0}});
  return network;
}

}  // namespace coppice

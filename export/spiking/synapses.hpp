// Who hears a spike: the synapses of a spiking network, counted exactly.
//
// Between neurons lie linear nodes, and a chain of them (a linear bottleneck: project, add, expand)
// is one matrix. Spikes are all that travels in neuromorphic hardware, so such a chain counts as
// multiplied out: a spike reaches every neuron behind it once. Borders and strides are counted as
// they are: a spike beside the border reaches fewer neurons.
#pragma once

#include <vector>

#include "export/spiking/spiking_network.hpp"

namespace coppice {

/// From the neurons (or the image) of one node to those of another (or to the logits).
struct Connection {
  int source = 0;               ///< node index
  int target = 0;               ///< node index: neurons, or the last node
  std::vector<double> fan_out;  ///< by source pixel: synapses of each of its channels
  double synapses = 0;          ///< sum over all pixels and channels of the source
  double weights = 0;           ///< different ones, shared over the map
};

/// In the order of their sources, then of their targets.
[[nodiscard]] std::vector<Connection> connections(const SpikingNetwork& network);

/// Additions that spikes cause: the sum over pixels of spikes times fan-out.
[[nodiscard]] double synaptic_operations(const Connection& connection,
                                         const std::vector<double>& spikes_by_pixel);

}  // namespace coppice

// A network with ReLU activations and firing thresholds becomes a spiking network.
//
//   weights into neurons:  W' = W threshold_in / threshold_out     biases:  b' = b / threshold_out
//
// channel by channel (Rueckauer et al., "Conversion of continuous-valued deep networks to efficient
// event-driven networks", Front. Neurosci. 2017), so that every threshold is 1 and a spike stands
// for the threshold of its channel. A linear bottleneck gets no neurons: its weighted sums go on as
// current. A shortcut from neurons is scaled by their thresholds before it is added.
#pragma once

#include <vector>

#include "export/spiking/spiking_network.hpp"
#include "supernet/space/plain_network.hpp"

namespace coppice {

/// By layer of the plan: the value of each channel that is worth a spike in every timestep, > 0;
/// empty for a layer without an activation.
using Thresholds = std::vector<std::vector<float>>;

/// Folds batch norm, scales, and rounds weights to the grid of spiking_network.hpp. Throws Error
/// when a layer cannot spike (see spikeable.hpp) or a threshold is missing or not positive.
[[nodiscard]] SpikingNetwork convert(const PlainNetwork& network, const Thresholds& thresholds);

}  // namespace coppice

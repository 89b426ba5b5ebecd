// What of a network integrate-and-fire neurons can do.
//
// A neuron's rate is a ReLU of its input, cut off at one spike a timestep. Sums, convolutions and
// means pass through; a product of two values (squeeze-excite), a curved activation (h-swish) or a
// maximum does not.
#pragma once

#include <string>
#include <vector>

#include "supernet/space/layer_plan.hpp"

namespace coppice {

/// Each layer of the plan that cannot spike, with its reason: "stem: h_swish ...". Empty for a
/// network that can be converted as it is.
[[nodiscard]] std::vector<std::string> unspikeable_layers(const LayerPlan& plan);

/// Throws Error naming the first such layer, how many others there are, and what to do.
void require_spikeable(const LayerPlan& plan);

}  // namespace coppice

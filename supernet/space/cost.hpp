// What a network costs, counted exactly from its layer plan.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "supernet/space/layer_plan.hpp"

namespace coppice {

/// For one image.
struct Cost {
  /// Multiply-accumulates of convolutions, squeeze-excite and linear layers; normalisation,
  /// activation, pooling and bias are not counted, as in the reference.
  std::int64_t macs = 0;
  /// Weights, biases, and the two parameters a channel of each normalisation.
  std::int64_t params = 0;
  /// Largest sum of the float32 tensors that are alive at once: inputs and output of the running
  /// layer and whatever a later shortcut still needs.
  std::int64_t peak_activation_bytes = 0;
};

/// Its members' names, in their order: what users call these quantities.
[[nodiscard]] const std::vector<std::string>& cost_names();

[[nodiscard]] Cost count_cost(const LayerPlan& plan);

/// Throws Error(usage), naming the space, when a cost of its largest network is 2^53 or more.
void require_countable(const LayerPlan& plan, const std::string& name);

/// Of a single layer, without activations.
[[nodiscard]] std::int64_t count_macs(const Layer& layer);
[[nodiscard]] std::int64_t count_params(const Layer& layer);

}  // namespace coppice

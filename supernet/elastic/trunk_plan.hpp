// Which plans the fused executor of training steps runs (see trunk.hpp).
#pragma once

#include <cstddef>
#include <vector>

#include "supernet/space/layer_plan.hpp"

namespace coppice {

/// The number of layers up to and with global pooling when all of them are of the kinds that the
/// fused executor knows: a dense convolution of the input, then pointwise and depthwise ones, each
/// with batch norm; squeeze-and-excite between a convolution and a pointwise one; additions without
/// activation. 0 when some are not.
[[nodiscard]] std::size_t trunk_length(const LayerPlan& plan);

/// Convolutions of groups as wide as input and output.
[[nodiscard]] bool is_depthwise(const Layer& layer);
[[nodiscard]] bool is_pointwise(const Layer& layer);

/// The first layer that reads each value (value 0: the network's input), or -1.
[[nodiscard]] std::vector<int> first_uses(const LayerPlan& plan);

}  // namespace coppice

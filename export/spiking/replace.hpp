// Puts something that can spike in the place of what cannot.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "supernet/subnet.hpp"

namespace coppice {

/// A copy of the network with ReLU for h_swish, and with each squeeze-excite's gates frozen at
/// their means over the images and multiplied into the next convolution; batch norm recalibrated
/// on the images. Its accuracy is lower until it is fine-tuned. Throws Error naming a layer that
/// has no replacement (pools).
[[nodiscard]] Subnet replace_unspikeable(const Subnet& subnet,
                                         const std::vector<at::Tensor>& images);

}  // namespace coppice

// The two large operations of squeeze-and-excite on Coppice's own kernels, differentiable once.
//
// Like fast_ops.hpp: channels-last float32 on CPU; anything else falls back to libtorch.
#pragma once

#include <ATen/core/Tensor.h>

namespace coppice {

/// x [N, C, H, W] -> [N, C, 1, 1]. The gradient of x is a view of one value a channel.
[[nodiscard]] at::Tensor global_mean(const at::Tensor& x);

/// x [N, C, H, W] * gate [N, C, 1, 1].
[[nodiscard]] at::Tensor gated(const at::Tensor& x, const at::Tensor& gate);

}  // namespace coppice

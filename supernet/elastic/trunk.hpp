// Training steps of mobile networks, fused: all layers up to global pooling as one differentiable
// operation on Coppice's own kernels.
//
// Convolutions store what comes out of them and nothing else; batch normalisation, activation and
// gate are computed by whoever reads it (kernels/lazy_images.hpp), and computed again on the way
// back. Statistics are summed while a convolution's rows are still in a cache. Weights are read
// where they are stored, and their gradients added there (gradient_slot.hpp).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>

#include "supernet/forward.hpp"

namespace coppice {

/// Number of the plan's first layers that run_trunk does: up to and with global pooling, or 0 when
/// the plan, the images, the tensors or the options need the general executor. The fused one is
/// for steps that learn: float32 on CPU, batch statistics, gradients recorded.
[[nodiscard]] std::size_t fused_layers(const LayerPlan& plan,
                                       const at::Tensor& images,
                                       const ForwardOptions& options);

/// Images [N, C, r, r], channels-last -> pooled features [N, C', 1, 1]. Running statistics are
/// updated in place. The gradients of parameters are added to those they have; calling backward
/// twice is an error.
[[nodiscard]] at::Tensor run_trunk(const LayerPlan& plan,
                                   const TensorsOf& tensors_of,
                                   const at::Tensor& images,
                                   const ForwardOptions& options);

}  // namespace coppice

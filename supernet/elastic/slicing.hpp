// Elastic operators: the part of a stored weight that a layer of some subnet uses.
//
// Once-For-All (Cai et al., ICLR 2020, section 3.2 and its reference implementation): widths take
// the first channels; a smaller kernel is the centre of the larger one, multiplied by a learned
// matrix. Everything here returns views of, or differentiable functions of, the stored tensors.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "supernet/forward.hpp"
#include "supernet/space/layer_plan.hpp"

namespace coppice {

/// The matrices between adjacent kernel sizes of one depthwise layer, shared by its channels.
struct KernelTransforms {
  std::vector<int> sizes;            ///< descending, sizes[0] is the stored kernel
  std::vector<at::Tensor> matrices;  ///< [i] takes sizes[i] to sizes[i + 1]: square of the
                                     ///< smaller size squared, identity when untrained
};

/// A depthwise weight [C, 1, K, K] -> [C, 1, k, k]: from the largest size down to k, the centre is
/// cut out and multiplied, row-major, by the matrix. Without matrices the plain centre.
/// REQUIRES k to be among the sizes (or equal to K where there are none).
[[nodiscard]] at::Tensor active_kernel(const at::Tensor& weight,
                                       const KernelTransforms& transforms,
                                       int kernel);

/// The tensors of `layer` out of those stored for its place, which are at least as large.
[[nodiscard]] LayerTensors slice_layer(const Layer& layer,
                                       const LayerTensors& stored,
                                       const KernelTransforms& transforms);

}  // namespace coppice

// The two operations that libtorch does slowly on CPUs: depthwise convolution, and batch
// normalisation with its activation. Both are differentiable once.
//
// On CPU, in float32, they run Coppice's own kernels on channels-last memory; anything else falls
// back to libtorch's operators, with the same results up to rounding. Gradients are computed only
// for inputs that need them.
#pragma once

#include <ATen/core/Tensor.h>

#include "supernet/space/space_spec.hpp"

namespace coppice {

/// x [N, C, H, W], weight [C, 1, k, k] with k odd, bias [C] or undefined; padding k / 2. The
/// weight may be a slice: rows of whole kernels are read where they lie.
[[nodiscard]] at::Tensor depthwise_conv(const at::Tensor& x,
                                        const at::Tensor& weight,
                                        const at::Tensor& bias,
                                        int stride);

/// Each [C]; the running statistics may be parts of longer vectors.
struct NormTensors {
  at::Tensor gamma;
  at::Tensor beta;
  at::Tensor running_mean;
  at::Tensor running_variance;
};

struct BatchShare;

struct NormOptions {
  /// True: normalises with the batch's statistics and blends them into the running ones, in
  /// place. False: normalises with the running ones.
  bool batch_statistics = false;
  double momentum = 0.1;  ///< weight of the batch in the running statistics, in [0, 1]
  double eps = 1e-5;      ///< added to the variance
  Activation activation = Activation::none;
  /// Not null: the batch is shared, and its statistics are those of all of it (forward.hpp).
  const BatchShare* share = nullptr;
};

/// activation(batch_norm(x)), x [N, C, H, W].
[[nodiscard]] at::Tensor norm_activation(const at::Tensor& x,
                                         const NormTensors& tensors,
                                         const NormOptions& options);

/// The activation alone.
[[nodiscard]] at::Tensor activate(const at::Tensor& x, Activation activation);

}  // namespace coppice

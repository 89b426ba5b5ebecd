// Depthwise convolution between lazy images, a few images at a time: see depthwise.hpp for the
// shapes and pointwise_layer.hpp for the sums and gradients.
#pragma once

#include <vector>

#include "supernet/kernels/depthwise.hpp"
#include "supernet/kernels/lazy_images.hpp"

namespace coppice {

/// Writes out; returns the sums of add_row_sums, [2][channels]. The weight has no bias.
[[nodiscard]] std::vector<double> depthwise_layer_forward(const DepthwiseShape& shape,
                                                          const LazyImages& in,
                                                          const DepthwiseWeight& weight,
                                                          const Stored& out,
                                                          const RunTasks& run);

/// Writes the gradient of the taps, [channels][kernel * kernel], and that of the input where
/// `in_gradient` says.
void depthwise_layer_backward(const DepthwiseShape& shape,
                              const LazyImages& in,
                              const LazyGradient& out_gradient,
                              const DepthwiseWeight& weight,
                              float* weight_gradient,
                              const ImageGradient& in_gradient,
                              const RunTasks& run);

}  // namespace coppice

// Depthwise convolution of channels-last images: forward and both gradients, on plain memory.
//
// Images are [batch][height][width][channels] floats without gaps, padded by kernel / 2 zeros.
// Weights are one row of kernel * kernel taps a channel, at any distance from each other, so the
// first channels of a larger weight need no copy. Nothing here allocates what it returns, knows
// tensors or starts threads; the results are the same to the bit for any number of threads.
#pragma once

#include <cstdint>

#include "supernet/kernels/run_tasks.hpp"

namespace coppice {

struct DepthwiseShape {
  std::int64_t batch = 0;     ///< >= 0
  std::int64_t channels = 0;  ///< >= 1
  std::int64_t height = 0;    ///< of the input, >= 1
  std::int64_t width = 0;     ///< of the input, >= 1
  std::int64_t kernel = 3;    ///< odd
  std::int64_t stride = 1;    ///< >= 1; 1 and 2 are fast

  [[nodiscard]] std::int64_t out_height() const { return (height - 1) / stride + 1; }
  [[nodiscard]] std::int64_t out_width() const { return (width - 1) / stride + 1; }
};

/// The taps of channel c are taps[c * row] ... taps[c * row + kernel * kernel - 1].
struct DepthwiseWeight {
  const float* taps = nullptr;
  std::int64_t row = 0;
  const float* bias = nullptr;  ///< [channels], or null for none
};

/// output [batch][out_height][out_width][channels]. Input and output must not overlap.
void depthwise_forward(const DepthwiseShape& shape,
                       const float* input,
                       const DepthwiseWeight& weight,
                       float* output,
                       const RunTasks& run = run_serially);

/// The gradient of the input, like input, from that of the output.
void depthwise_input_gradient(const DepthwiseShape& shape,
                              const float* output_gradient,
                              const DepthwiseWeight& weight,
                              float* input_gradient,
                              const RunTasks& run = run_serially);

/// The gradient of the taps, [channels][kernel * kernel] without gaps: at most 16 partial sums a
/// tap in float, added up in double in a fixed order.
void depthwise_weight_gradient(const DepthwiseShape& shape,
                               const float* input,
                               const float* output_gradient,
                               float* weight_gradient,
                               const RunTasks& run = run_serially);

}  // namespace coppice

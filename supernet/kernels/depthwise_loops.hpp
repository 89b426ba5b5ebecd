// The inner loops of depthwise convolution on one block of channels, by instruction set.
#pragma once

#include <cstdint>

namespace coppice {

/// A correlation of one image with a small kernel, on `lanes` neighbouring channels:
///   out[i][j] = bias + sum over a, b of weight[a][b] * in[i * stride + top + a][j * stride + left
///   + b]
/// where what lies outside `in` counts as zero. Strides are in floats.
struct Correlation {
  const float* in = nullptr;
  std::int64_t in_height = 0;
  std::int64_t in_width = 0;
  std::int64_t in_row = 0;
  std::int64_t in_pixel = 0;
  const float* weight = nullptr;  ///< [rows][columns][lanes]
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::int64_t top = 0;
  std::int64_t left = 0;
  std::int64_t stride = 1;
  const float* bias = nullptr;  ///< [lanes] or null
  float* out = nullptr;
  std::int64_t begin = 0;  ///< output rows [begin, end) are wanted
  std::int64_t end = 0;
  std::int64_t out_width = 0;
  std::int64_t out_row = 0;
  std::int64_t out_pixel = 0;
};

/// Adds to sums[a][b][lanes], for a square kernel, over `images` neighbours,
///   sum over i, j of in[i * stride - kernel / 2 + a][j * stride - kernel / 2 + b] * grad[i][j]
struct WeightSums {
  const float* in = nullptr;
  std::int64_t in_height = 0;
  std::int64_t in_width = 0;
  std::int64_t in_image = 0;  ///< floats from one image to the next
  const float* grad = nullptr;
  std::int64_t grad_width = 0;
  std::int64_t grad_image = 0;
  std::int64_t images = 0;
  std::int64_t pixel = 0;  ///< of both: the number of channels
  std::int64_t kernel = 0;
  std::int64_t stride = 1;
  std::int64_t begin = 0;  ///< rows [begin, end) of grad are added
  std::int64_t end = 0;
  float* sums = nullptr;
};

struct DepthwiseLoops {
  int lanes;
  void (*correlate)(const Correlation&);
  void (*sum_weights)(const WeightSums&);
};

/// The widest loops that this processor runs and `channels` fill at least once.
[[nodiscard]] const DepthwiseLoops& depthwise_loops(std::int64_t channels);

// One source file each.
[[nodiscard]] const DepthwiseLoops& depthwise_sixteen_lanes();  ///< AVX-512
[[nodiscard]] const DepthwiseLoops& depthwise_eight_lanes();    ///< AVX2 and FMA
[[nodiscard]] const DepthwiseLoops& depthwise_four_lanes();     ///< any processor
[[nodiscard]] const DepthwiseLoops& depthwise_one_lane();       ///< any processor

}  // namespace coppice

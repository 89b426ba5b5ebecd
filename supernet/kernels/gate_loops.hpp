// The inner loops of squeeze-and-excite on one image, a [pixels][channels] matrix, by instruction
// set.
#pragma once

#include <cstdint>

namespace coppice {

struct GateLoops {
  /// sums[channels] = sum of x over the pixels
  void (*sum)(const float* x, std::int64_t pixels, std::int64_t channels, float* sums);
  /// sums[channels] = sum of x * y over the pixels
  void (*sum_products)(
      const float* x, const float* y, std::int64_t pixels, std::int64_t channels, float* sums);
  /// y = x * gate[channels]
  void (*multiply)(
      const float* x, const float* gate, std::int64_t pixels, std::int64_t channels, float* y);
  /// y = x * gate[channels] + addend[channels]; null pointers stand for 0, 1 and 0.
  void (*multiply_add)(const float* x,
                       const float* gate,
                       const float* addend,
                       std::int64_t pixels,
                       std::int64_t channels,
                       float* y);
};

/// The widest loops that this processor runs.
[[nodiscard]] const GateLoops& gate_loops();

// One source file each.
[[nodiscard]] const GateLoops& gate_sixteen_lanes();  ///< AVX-512
[[nodiscard]] const GateLoops& gate_eight_lanes();    ///< AVX2 and FMA
[[nodiscard]] const GateLoops& gate_four_lanes();     ///< any processor

}  // namespace coppice

// Conversion between floats and bfloat16, by instruction set.
#pragma once

#include <cstdint>

namespace coppice {

struct BFloat16Loops {
  void (*widen)(const std::uint16_t* from, std::int64_t count, float* to);
  /// To nearest even; what is not a number stays so. The processor's own instruction may make
  /// numbers below 2^-126 zero.
  void (*narrow)(const float* from, std::int64_t count, std::uint16_t* to);
};

/// The widest loops that this processor runs.
[[nodiscard]] const BFloat16Loops& bfloat16_loops();

// One source file each.
[[nodiscard]] const BFloat16Loops& bfloat16_by_instruction();  ///< AVX-512 and AVX512_BF16
[[nodiscard]] const BFloat16Loops& bfloat16_sixteen_lanes();   ///< AVX-512
[[nodiscard]] const BFloat16Loops& bfloat16_eight_lanes();     ///< AVX2
[[nodiscard]] const BFloat16Loops& bfloat16_four_lanes();      ///< any processor

}  // namespace coppice

// The inner loops of matrix multiplication, by instruction set.
//
// The depth is counted in units of four bytes: one float, or two neighbouring bfloat16 that one
// instruction multiplies and adds in float (AVX512_BF16).
#pragma once

#include <cstdint>

namespace coppice {

/// c[rows][columns] = a * b, or += when `add`.
struct Product {
  const void* a = nullptr;  ///< unit (row, k) is a[row * a_row + k * a_step]
  std::int64_t a_row = 0;
  std::int64_t a_step = 1;   ///< 1, or a_row is 1
  const void* b = nullptr;   ///< panels, see panel_vectors
  std::int64_t b_depth = 0;  ///< of the whole panels; `b` may begin inside them
  std::int64_t depth = 0;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  float* c = nullptr;
  std::int64_t c_row = 0;
  bool add = false;
};

/// How many vectors of columns the next panel of b has when `left` still follow. Panels stand one
/// after the other, each [depth][vectors * lanes] units; columns past the last are zero.
[[nodiscard]] constexpr std::int64_t panel_vectors(std::int64_t left) {
  if (left == 4) return 2;
  return left < 3 ? left : 3;
}

/// A matrix of floats that becomes an operand.
struct FloatMatrix {
  const float* data = nullptr;
  std::int64_t row = 0;  ///< floats from one row to the next
  std::int64_t rows = 0;
  std::int64_t columns = 0;
};

/// The same of bfloat16.
struct HalfMatrix {
  const std::uint16_t* data = nullptr;
  std::int64_t row = 0;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
};

struct GemmLoops {
  int lanes;
  int values;  ///< of one unit: 1 float or 2 bfloat16
  void (*multiply)(const Product&);
  /// Units whose values are neighbours in a row: to[rows][ceil(columns / values)].
  void (*units_of_rows)(const FloatMatrix&, void* to);
  /// Units whose values are neighbours in a column: to[ceil(rows / values)][width], zero past the
  /// last row and column.
  void (*units_of_columns)(const FloatMatrix&, std::int64_t width, void* to);
  /// The same from bfloat16; null where `values` is 1. Rows of an even number of those are units.
  void (*units_of_half_columns)(const HalfMatrix&, std::int64_t width, void* to);
};

/// The fastest loops of this processor, on floats and on bfloat16. The latter is null where
/// bfloat16 has no instruction: floats are faster then.
[[nodiscard]] const GemmLoops& float_gemm_loops();
[[nodiscard]] const GemmLoops* bfloat16_gemm_loops();

// One source file each.
[[nodiscard]] const GemmLoops& gemm_bfloat16();       ///< AVX-512 and AVX512_BF16
[[nodiscard]] const GemmLoops& gemm_sixteen_lanes();  ///< AVX-512
[[nodiscard]] const GemmLoops& gemm_eight_lanes();    ///< AVX2 and FMA
[[nodiscard]] const GemmLoops& gemm_four_lanes();     ///< any processor

}  // namespace coppice

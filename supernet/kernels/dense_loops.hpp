// The inner loops of small fully connected networks, by instruction set.
//
// Every sum is taken in the order of its inputs by one accumulator, so a row's result does not
// depend on the rows beside it.
#pragma once

#include <cstdint>

namespace coppice {

/// y[rows][outputs] = x[rows][inputs] * weights + bias, negative values as 0 if `rectify`.
struct DenseShape {
  std::int64_t rows = 0;  ///< a multiple of DenseLoops::tile_rows
  std::int64_t inputs = 0;
  std::int64_t outputs = 0;   ///< a multiple of DenseLoops::panel
  std::int64_t x_stride = 0;  ///< floats from one row of x to the next
  bool rectify = false;
};

struct DenseLoops {
  std::int64_t tile_rows;  ///< rows that are computed together
  std::int64_t panel;      ///< outputs that are computed together
  /// `panels`: the weights as [outputs / panel][inputs][panel].
  void (*multiply)(
      const DenseShape& shape, const float* x, const float* panels, const float* bias, float* y);
  /// y[width] = the sum of `count` rows of that length, in their order, negative values as 0.
  /// `width` is a multiple of `panel`.
  void (*sum_rows)(const float* const* rows, std::int64_t count, std::int64_t width, float* y);
  /// sum of a * b; `width` is a multiple of `panel`. In as many partial sums as a panel has.
  double (*dot)(const float* a, const float* b, std::int64_t width);
};

/// The widest loops that this processor runs.
[[nodiscard]] const DenseLoops& dense_loops();

// One source file each.
[[nodiscard]] const DenseLoops& dense_sixteen_lanes();  ///< AVX-512
[[nodiscard]] const DenseLoops& dense_eight_lanes();    ///< AVX2 and FMA
[[nodiscard]] const DenseLoops& dense_four_lanes();     ///< any processor

/// The same with inputs and weights in bfloat16, sums in float, with the rows and panels of
/// dense_sixteen_lanes().
struct RoughDenseLoops {
  /// to = from, rounded to nearest even; `count` is a multiple of 16.
  void (*round_all)(const float* from, std::int64_t count, std::uint16_t* to);
  /// `x` and `panels` hold two inputs in 32 bits, the first one in the lower half; `panels`:
  /// [outputs / panel][(inputs + 1) / 2][panel]; shape.x_stride is even, in single inputs.
  void (*multiply)(const DenseShape& shape,
                   const std::int32_t* x,
                   const std::int32_t* panels,
                   const float* bias,
                   float* y);
};

[[nodiscard]] const RoughDenseLoops& rough_dense_sixteen_lanes();  ///< AVX-512 with bfloat16

}  // namespace coppice

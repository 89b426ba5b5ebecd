// Matrix products of a block of rows with a matrix that stays: what pointwise convolutions are made
// of. The matrix is brought into the order in which GemmLoops read it, once for all blocks.
#pragma once

#include <cstdint>

#include "supernet/kernels/gemm_loops.hpp"
#include "supernet/kernels/run_tasks.hpp"
#include "supernet/kernels/scratch.hpp"

namespace coppice {

/// Units of `columns` filled up to whole vectors.
[[nodiscard]] std::int64_t padded_columns(const GemmLoops& loops, std::int64_t columns);
/// Units of a depth of `values`.
[[nodiscard]] std::int64_t units_of(const GemmLoops& loops, std::int64_t values);

/// The right operand [depth][columns], in panels.
void fill_panels(const GemmLoops& loops, const FloatMatrix& matrix, void* panels);
/// REQUIRES loops on bfloat16.
void fill_panels(const GemmLoops& loops, const HalfMatrix& matrix, void* panels);

/// A matrix in panels that it owns.
class Panels {
 public:
  /// Of `matrix` [depth][columns].
  static Panels of(const GemmLoops& loops, const FloatMatrix& matrix, const RunTasks& run);
  /// Of the transpose of `matrix`, [columns of it][rows of it].
  static Panels of_transposed(const GemmLoops& loops,
                              const FloatMatrix& matrix,
                              const RunTasks& run);

  /// c (+)= a * this, a [rows][depth values] in units, without gaps.
  void multiply(const void* a, std::int64_t rows, float* c, bool add) const;

 private:
  Panels(const GemmLoops& loops, std::int64_t depth, std::int64_t columns);

  const GemmLoops* loops_;
  std::int64_t depth_;  // in units
  std::int64_t columns_;
  Scratch<float> units_;
};

}  // namespace coppice

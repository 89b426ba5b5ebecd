// What the products of a pointwise convolution are made of: blocks of rows, read from lazy images
// and brought into the units of the loops. Buffers of one group of rows.
#pragma once

#include <cstdint>

#include "supernet/kernels/gemm.hpp"
#include "supernet/kernels/lazy_images.hpp"
#include "supernet/kernels/scratch.hpp"

namespace coppice {

/// Values as the left operand of the output.
class InputOperand {
 public:
  /// For blocks of at most `rows` rows.
  InputOperand(const GemmLoops& loops, std::int64_t rows, std::int64_t channels);

  /// [rows][channels]
  [[nodiscard]] const void* of(const LazyImages& images, std::int64_t row, std::int64_t rows);

 private:
  const GemmLoops& loops_;
  bool halves_;  // rows of bfloat16 are units as they are
  Scratch<float> values_;
  Scratch<float> units_;
};

/// What both kinds of operands on the way back have: shapes, and places for the operands of the
/// weight's gradient. For blocks of at most `block` rows.
struct BackwardBuffers {
  BackwardBuffers(const GemmLoops& gemm,
                  std::int64_t block,
                  std::int64_t out_channels,
                  std::int64_t in_channels);

  const GemmLoops& loops;
  std::int64_t outs;
  std::int64_t ins;
  std::int64_t rows = 0;  // that were read last
  Scratch<float> turned;  // where units are more than a value
  Scratch<float> panels;
};

/// The gradient of the output and the values of the input, for both gradients behind them.
class FloatOperands {
 public:
  FloatOperands(const GemmLoops& loops, std::int64_t rows, std::int64_t outs, std::int64_t ins);

  void read(const LazyGradient& out_gradient,
            const LazyImages& in,
            std::int64_t row,
            std::int64_t rows);

  [[nodiscard]] const void* gradient();  ///< [rows][outs], left operand of the input's gradient
  [[nodiscard]] const void* turned_gradient();  ///< [outs][rows], left operand of the weight's
  [[nodiscard]] const void* input();            ///< [rows][ins], right operand of the weight's

 private:
  BackwardBuffers common_;
  const float* value_ = nullptr;
  Scratch<float> gradients_;
  Scratch<float> values_;
  Scratch<float> units_;
};

/// The same for loops on bfloat16 and an even number of outputs: rows stay bfloat16; of gradients
/// only those behind a gate or beside an addend are floats in between.
class HalfOperands {
 public:
  HalfOperands(const GemmLoops& loops, std::int64_t rows, std::int64_t outs, std::int64_t ins);

  void read(const LazyGradient& out_gradient,
            const LazyImages& in,
            std::int64_t row,
            std::int64_t rows);

  [[nodiscard]] const void* gradient();
  [[nodiscard]] const void* turned_gradient();
  [[nodiscard]] const void* input();

 private:
  BackwardBuffers common_;
  const std::uint16_t* value_ = nullptr;
  Scratch<float> of_value_;
  Scratch<std::uint16_t> gradients_;
  Scratch<std::uint16_t> values_;
};

}  // namespace coppice

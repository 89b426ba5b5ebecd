// The code behind DenseLoops, included once by the source file of each instruction set.
#pragma once

#include "supernet/kernels/dense_loops.hpp"
#include "supernet/kernels/vector.hpp"

namespace coppice {
namespace {  // NOLINT: a copy for each instruction set

template <int lanes>
COPPICE_INLINE Vector<lanes> rectified(Vector<lanes> v) {
  return v > Vector<lanes>{} ? v : Vector<lanes>{};
}

/// `tile` rows by `vectors` vectors of outputs, all in registers: an input is loaded once for
/// `vectors` products, a weight once for `tile`.
template <int lanes, int tile, int vectors>
COPPICE_INLINE void multiply_tile(
    const DenseShape& shape, const float* x, const float* panel, const float* bias, float* y) {
  Vector<lanes> sums[tile][vectors];
  unroll<vectors>([&](auto j) __attribute__((always_inline)) {
    const Vector<lanes> start = load<lanes>(bias + j * lanes);
    unroll<tile>([&](auto i) __attribute__((always_inline)) { sums[i][j] = start; });
  });
  for (std::int64_t k = 0; k < shape.inputs; ++k) {
    Vector<lanes> weights[vectors];
    unroll<vectors>([&](auto j) __attribute__((always_inline)) {
      weights[j] = load<lanes>(panel + (k * vectors + j) * lanes);
    });
    unroll<tile>([&](auto i) __attribute__((always_inline)) {
      const Vector<lanes> input = all<lanes>(x[i * shape.x_stride + k]);
      unroll<vectors>([&](auto j)
                          __attribute__((always_inline)) { sums[i][j] += input * weights[j]; });
    });
  }
  unroll<tile>([&](auto i) __attribute__((always_inline)) {
    unroll<vectors>([&](auto j) __attribute__((always_inline)) {
      const Vector<lanes> sum = shape.rectify ? rectified<lanes>(sums[i][j]) : sums[i][j];
      store<lanes>(y + i * shape.outputs + j * lanes, sum);
    });
  });
}

/// Panel by panel, so that a panel's weights stay in the cache while all rows pass.
template <int lanes, int tile, int vectors>
void multiply(
    const DenseShape& shape, const float* x, const float* panels, const float* bias, float* y) {
  constexpr std::int64_t panel = std::int64_t{lanes} * vectors;
  for (std::int64_t output = 0; output < shape.outputs; output += panel) {
    for (std::int64_t row = 0; row < shape.rows; row += tile) {
      multiply_tile<lanes, tile, vectors>(shape,
                                          x + row * shape.x_stride,
                                          panels + output * shape.inputs,
                                          bias + output,
                                          y + row * shape.outputs + output);
    }
  }
}

template <int lanes, int vectors>
void sum_rows(const float* const* rows, std::int64_t count, std::int64_t width, float* y) {
  constexpr std::int64_t panel = std::int64_t{lanes} * vectors;
  for (std::int64_t at = 0; at < width; at += panel) {
    Vector<lanes> sums[vectors];
    unroll<vectors>([&](auto j) __attribute__((always_inline)) { sums[j] = Vector<lanes>{}; });
    for (std::int64_t i = 0; i < count; ++i) {
      unroll<vectors>([&](auto j) __attribute__((always_inline)) {
        sums[j] += load<lanes>(rows[i] + at + j * lanes);
      });
    }
    unroll<vectors>([&](auto j) __attribute__((always_inline)) {
      store<lanes>(y + at + j * lanes, rectified<lanes>(sums[j]));
    });
  }
}

template <int lanes, int vectors>
double dot(const float* a, const float* b, std::int64_t width) {
  Vector<lanes> sums[vectors];
  unroll<vectors>([&](auto j) __attribute__((always_inline)) { sums[j] = Vector<lanes>{}; });
  constexpr std::int64_t panel = std::int64_t{lanes} * vectors;
  for (std::int64_t at = 0; at < width; at += panel) {
    unroll<vectors>([&](auto j) __attribute__((always_inline)) {
      sums[j] += load<lanes>(a + at + j * lanes) * load<lanes>(b + at + j * lanes);
    });
  }
  double sum = 0;
  unroll<vectors>([&](auto j) __attribute__((always_inline)) {
    for (int lane = 0; lane < lanes; ++lane) sum += static_cast<double>(sums[j][lane]);
  });
  return sum;
}

template <int lanes, int tile, int vectors>
constexpr DenseLoops kDenseLoops{tile,
                                 lanes* vectors,
                                 multiply<lanes, tile, vectors>,
                                 sum_rows<lanes, vectors>,
                                 dot<lanes, vectors>};

}  // namespace
}  // namespace coppice

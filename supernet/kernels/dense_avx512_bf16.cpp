#include <immintrin.h>

#include "supernet/kernels/dense_loops.hpp"
#include "supernet/kernels/vector.hpp"

namespace coppice {
namespace {

// The tile of dense_sixteen_lanes(): rows and outputs are padded for both.
constexpr int kTile = 5;
constexpr int kVectors = 5;
constexpr std::int64_t kPanel = std::int64_t{16} * kVectors;

void round_all(const float* from, std::int64_t count, std::uint16_t* to) {
  for (std::int64_t i = 0; i < count; i += 16) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + i),
                        (__m256i)_mm512_cvtneps_pbh((__m512)load<16>(from + i)));
  }
}

/// kTile rows by kPanel outputs, all in registers; `x` and `panel` hold pairs of inputs.
COPPICE_INLINE void multiply_tile(const DenseShape& shape,
                                  const std::int32_t* x,
                                  const std::int32_t* panel,
                                  const float* bias,
                                  float* y) {
  __m512 sums[kTile][kVectors];
  unroll<kVectors>([&](auto j) __attribute__((always_inline)) {
    const auto start = (__m512)load<16>(bias + j * 16);
    unroll<kTile>([&](auto i) __attribute__((always_inline)) { sums[i][j] = start; });
  });
  const std::int64_t pairs = (shape.inputs + 1) / 2;
  for (std::int64_t k = 0; k < pairs; ++k) {
    __m512bh weights[kVectors];
    unroll<kVectors>([&](auto j) __attribute__((always_inline)) {
      weights[j] = (__m512bh)_mm512_load_si512(panel + (k * kVectors + j) * 16);
    });
    unroll<kTile>([&](auto i) __attribute__((always_inline)) {
      const auto input = (__m512bh)_mm512_set1_epi32(x[i * shape.x_stride / 2 + k]);
      unroll<kVectors>([&](auto j) __attribute__((always_inline)) {
        sums[i][j] = _mm512_dpbf16_ps(sums[i][j], input, weights[j]);
      });
    });
  }
  unroll<kTile>([&](auto i) __attribute__((always_inline)) {
    unroll<kVectors>([&](auto j) __attribute__((always_inline)) {
      const auto sum = (Vector<16>)sums[i][j];
      const Vector<16> rectified = sum > Vector<16>{} ? sum : Vector<16>{};
      store<16>(y + i * shape.outputs + j * 16, shape.rectify ? rectified : sum);
    });
  });
}

void multiply(const DenseShape& shape,
              const std::int32_t* x,
              const std::int32_t* panels,
              const float* bias,
              float* y) {
  const std::int64_t pairs = (shape.inputs + 1) / 2;
  for (std::int64_t output = 0; output < shape.outputs; output += kPanel) {
    for (std::int64_t row = 0; row < shape.rows; row += kTile) {
      multiply_tile(shape,
                    x + row * shape.x_stride / 2,
                    panels + output * pairs,
                    bias + output,
                    y + row * shape.outputs + output);
    }
  }
}

}  // namespace

const RoughDenseLoops& rough_dense_sixteen_lanes() {
  static constexpr RoughDenseLoops loops{round_all, multiply};
  return loops;
}

}  // namespace coppice

// The code behind GateLoops, included once by the source file of each instruction set.
#pragma once

#include "supernet/kernels/gate_loops.hpp"
#include "supernet/kernels/matrix_walk.hpp"

namespace coppice {
namespace {  // NOLINT: a copy for each instruction set

/// sums[c] = sum of value(lanes, index of the element) over the pixels. Four pixels are added
/// before they meet the sum, which keeps rounding small on large images.
template <int widest, class Value>
COPPICE_INLINE void sum_pixels(std::int64_t pixels,
                               std::int64_t channels,
                               float* sums,
                               Value&& value) {
  clear(sums, channels);
  over_rows(
      pixels, [&](auto count, std::int64_t p) __attribute__((always_inline)) {
        over_channels<widest>(
            channels, [&](auto lanes, std::int64_t c) __attribute__((always_inline)) {
              auto four = value(lanes, p * channels + c);
              unroll<decltype(count)::value - 1>([&](auto i) __attribute__((always_inline)) {
                four += value(lanes, (p + 1 + i) * channels + c);
              });
              store<lanes>(sums + c, load<lanes>(sums + c) + four);
            });
      });
}

template <int widest>
void sum(const float* x, std::int64_t pixels, std::int64_t channels, float* sums) {
  sum_pixels<widest>(
      pixels, channels, sums, [&](auto lanes, std::int64_t at) __attribute__((always_inline)) {
        return load<lanes>(x + at);
      });
}

template <int widest>
void sum_products(
    const float* x, const float* y, std::int64_t pixels, std::int64_t channels, float* sums) {
  sum_pixels<widest>(
      pixels, channels, sums, [&](auto lanes, std::int64_t at) __attribute__((always_inline)) {
        return load<lanes>(x + at) * load<lanes>(y + at);
      });
}

template <int widest>
void multiply(
    const float* x, const float* gate, std::int64_t pixels, std::int64_t channels, float* y) {
  for (std::int64_t p = 0; p < pixels; ++p) {
    const std::int64_t row = p * channels;
    over_channels<widest>(
        channels, [&](auto lanes, std::int64_t c) __attribute__((always_inline)) {
          store<lanes>(y + row + c, load<lanes>(x + row + c) * load<lanes>(gate + c));
        });
  }
}

template <int widest>
void multiply_add(const float* x,
                  const float* gate,
                  const float* addend,
                  std::int64_t pixels,
                  std::int64_t channels,
                  float* y) {
  for (std::int64_t p = 0; p < pixels; ++p) {
    const std::int64_t row = p * channels;
    over_channels<widest>(
        channels, [&](auto lanes, std::int64_t c) __attribute__((always_inline)) {
          auto value = x != nullptr ? load<lanes>(x + row + c) : Vector<lanes>{};
          if (gate != nullptr) value *= load<lanes>(gate + c);
          if (addend != nullptr) value += load<lanes>(addend + c);
          store<lanes>(y + row + c, value);
        });
  }
}

template <int widest>
constexpr GateLoops kGateLoops{
    sum<widest>, sum_products<widest>, multiply<widest>, multiply_add<widest>};

}  // namespace
}  // namespace coppice

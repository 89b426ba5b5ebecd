// The code behind DepthwiseLoops::correlate, included once by the source file of each instruction
// set.
//
// A strip of output pixels stays in registers over all taps. Each input pixel is loaded once a
// kernel row and multiplied with every tap that it meets; columns outside the image are left out by
// a bit mask, rows outside by the loop's bounds.
#pragma once

#include "supernet/kernels/depthwise_loops.hpp"
#include "supernet/kernels/depthwise_strips.hpp"

namespace coppice {
namespace {  // NOLINT: a copy for each instruction set

template <int lanes, int columns, int stride, int width>
COPPICE_INLINE void correlate_strip(const Correlation& c, std::int64_t i, std::int64_t j) {
  constexpr int kMet = (width - 1) * stride + columns;
  const std::int64_t first_row = i * stride + c.top;
  const std::int64_t first_column = j * stride + c.left;
  const std::uint32_t inside = columns_inside(first_column, c.in_width, kMet);
  const Span rows = rows_inside(first_row, c.in_height, c.rows);
  Vector<lanes> sum[width];
  const Vector<lanes> start = c.bias != nullptr ? load<lanes>(c.bias) : Vector<lanes>{};
  unroll<width>([&](auto p) __attribute__((always_inline)) { sum[p] = start; });
  for (std::int64_t a = rows.begin; a < rows.end; ++a) {
    const float* in = c.in + (first_row + a) * c.in_row;
    Vector<lanes> weight[columns];
    unroll<columns>([&](auto b) __attribute__((always_inline)) {
      weight[b] = load<lanes>(c.weight + (a * columns + b) * lanes);
    });
    unroll<kMet>([&](auto m) __attribute__((always_inline)) {
      constexpr int kColumn = decltype(m)::value;
      if ((inside & (1U << kColumn)) == 0) return;
      const auto x = load<lanes>(in + (first_column + kColumn) * c.in_pixel);
      unroll<width>([&](auto p) __attribute__((always_inline)) {
        constexpr int kTap = kColumn - decltype(p)::value * stride;
        if constexpr (kTap >= 0 && kTap < columns) sum[p] += x * weight[kTap];
      });
    });
  }
  float* out = c.out + i * c.out_row + j * c.out_pixel;
  unroll<width>([&](auto p) __attribute__((always_inline)) {
    store<lanes>(out + p * c.out_pixel, sum[p]);
  });
}

template <int lanes, int columns, int stride>
void correlate_rows(const Correlation& c) {
  for (std::int64_t i = c.begin; i < c.end; ++i) {
    strips(
        c.out_width, [&](auto width, std::int64_t j) __attribute__((always_inline)) {
          correlate_strip<lanes, columns, stride, decltype(width)::value>(c, i, j);
        });
  }
}

/// Any kernel and stride.
template <int lanes>
void correlate_plainly(const Correlation& c) {
  for (std::int64_t i = c.begin; i < c.end; ++i) {
    const std::int64_t first_row = i * c.stride + c.top;
    const Span rows = rows_inside(first_row, c.in_height, c.rows);
    for (std::int64_t j = 0; j < c.out_width; ++j) {
      const std::int64_t first_column = j * c.stride + c.left;
      const Span columns = rows_inside(first_column, c.in_width, c.columns);
      Vector<lanes> sum = c.bias != nullptr ? load<lanes>(c.bias) : Vector<lanes>{};
      for (std::int64_t a = rows.begin; a < rows.end; ++a) {
        const float* in = c.in + (first_row + a) * c.in_row;
        for (std::int64_t b = columns.begin; b < columns.end; ++b) {
          sum += load<lanes>(in + (first_column + b) * c.in_pixel) *
                 load<lanes>(c.weight + (a * c.columns + b) * lanes);
        }
      }
      store<lanes>(c.out + i * c.out_row + j * c.out_pixel, sum);
    }
  }
}

template <int lanes>
void correlate(const Correlation& c) {
  if constexpr (lanes == 1) return correlate_plainly<lanes>(c);
  if (c.stride == 1) {
    if (c.columns == 1) return correlate_rows<lanes, 1, 1>(c);
    if (c.columns == 2) return correlate_rows<lanes, 2, 1>(c);
    if (c.columns == 3) return correlate_rows<lanes, 3, 1>(c);
    if (c.columns == 4) return correlate_rows<lanes, 4, 1>(c);
    if (c.columns == 5) return correlate_rows<lanes, 5, 1>(c);
    if (c.columns == 7) return correlate_rows<lanes, 7, 1>(c);
  } else if (c.stride == 2) {
    if (c.columns == 3) return correlate_rows<lanes, 3, 2>(c);
    if (c.columns == 5) return correlate_rows<lanes, 5, 2>(c);
    if (c.columns == 7) return correlate_rows<lanes, 7, 2>(c);
  }
  correlate_plainly<lanes>(c);
}

}  // namespace
}  // namespace coppice

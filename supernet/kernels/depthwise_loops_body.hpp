// The code behind DepthwiseLoops, included once by the source file of each instruction set.
//
// A strip of up to eight neighbouring output pixels stays in registers over all taps. Each input
// pixel is loaded once a kernel row and multiplied with every tap that it meets; columns outside
// the image are left out by a bit mask, rows outside by the loop's bounds.
#pragma once

#include "supernet/kernels/depthwise_loops.hpp"
#include "supernet/kernels/vector.hpp"

namespace coppice {
namespace {  // NOLINT: a copy for each instruction set

COPPICE_INLINE std::int64_t larger(std::int64_t a, std::int64_t b) { return a > b ? a : b; }
COPPICE_INLINE std::int64_t smaller(std::int64_t a, std::int64_t b) { return a < b ? a : b; }

/// Bit j is set where column first + j lies in [0, width), for j < count.
COPPICE_INLINE std::uint32_t columns_inside(std::int64_t first, std::int64_t width, int count) {
  const std::int64_t low = smaller(larger(0, -first), count);
  const std::int64_t high = larger(low, smaller(count, width - first));
  return static_cast<std::uint32_t>((std::uint64_t{1} << high) - (std::uint64_t{1} << low));
}

/// Calls body(constant width, first pixel) on strips that cover [0, total).
template <class Body>
COPPICE_INLINE void strips(std::int64_t total, Body&& body) {
  std::int64_t at = 0;
  if (total % 8 != 0 && total % 7 == 0) {
    for (; at < total; at += 7) body(std::integral_constant<int, 7>{}, at);
  }
  for (; at + 8 <= total; at += 8) body(std::integral_constant<int, 8>{}, at);
  if (at + 4 <= total) {
    body(std::integral_constant<int, 4>{}, at);
    at += 4;
  }
  if (at + 2 <= total) {
    body(std::integral_constant<int, 2>{}, at);
    at += 2;
  }
  if (at < total) body(std::integral_constant<int, 1>{}, at);
}

/// The rows of the kernel that meet the image when its first row lies on image row `first`.
struct Span {
  std::int64_t begin;
  std::int64_t end;
};
COPPICE_INLINE Span rows_inside(std::int64_t first, std::int64_t height, std::int64_t rows) {
  return {larger(0, -first), smaller(rows, height - first)};
}

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

/// The sums of one kernel row. Small kernels take turns between two sets of them: additions to
/// the same register have to wait for each other.
template <int lanes, int kernel>
struct RowSums {
  static constexpr int kSets = kernel <= 5 ? 2 : 1;
  Vector<lanes> sum[kSets][kernel] = {};
};

template <int lanes, int kernel, int stride, int width>
COPPICE_INLINE void sum_strip(const float* in,
                              const float* grad,
                              std::int64_t pixel,
                              std::uint32_t inside,
                              RowSums<lanes, kernel>& row) {
  constexpr int kMet = (width - 1) * stride + kernel;
  Vector<lanes> g[width];
  unroll<width>([&](auto p)
                    __attribute__((always_inline)) { g[p] = load<lanes>(grad + p * pixel); });
  unroll<kMet>([&](auto m) __attribute__((always_inline)) {
    constexpr int kColumn = decltype(m)::value;
    if ((inside & (1U << kColumn)) == 0) return;
    const auto x = load<lanes>(in + kColumn * pixel);
    unroll<width>([&](auto p) __attribute__((always_inline)) {
      constexpr int kTap = kColumn - decltype(p)::value * stride;
      constexpr int kSet = decltype(p)::value % RowSums<lanes, kernel>::kSets;
      if constexpr (kTap >= 0 && kTap < kernel) row.sum[kSet][kTap] += x * g[p];
    });
  });
}

/// Output rows of one image, for row `a` of the kernel.
template <int lanes, int kernel, int stride>
COPPICE_INLINE void sum_image(const WeightSums& s,
                              std::int64_t image,
                              std::int64_t a,
                              Span rows,
                              RowSums<lanes, kernel>& row) {
  for (std::int64_t i = rows.begin; i < rows.end; ++i) {
    const float* in =
        s.in + image * s.in_image + (i * stride - kernel / 2 + a) * s.in_width * s.pixel;
    const float* grad = s.grad + image * s.grad_image + i * s.grad_width * s.pixel;
    strips(
        s.grad_width, [&](auto width, std::int64_t j) __attribute__((always_inline)) {
          constexpr int kWidth = decltype(width)::value;
          const std::int64_t left = j * stride - kernel / 2;
          const std::uint32_t inside =
              columns_inside(left, s.in_width, (kWidth - 1) * stride + kernel);
          sum_strip<lanes, kernel, stride, kWidth>(
              in + left * s.pixel, grad + j * s.pixel, s.pixel, inside, row);
        });
  }
}

template <int lanes, int kernel, int stride>
void sum_rows(const WeightSums& s, std::int64_t a, Span rows) {
  RowSums<lanes, kernel> row;
  for (std::int64_t image = 0; image < s.images; ++image) {
    sum_image<lanes, kernel, stride>(s, image, a, rows, row);
  }
  unroll<kernel>([&](auto b) __attribute__((always_inline)) {
    float* sums = s.sums + (a * kernel + b) * lanes;
    auto sum = row.sum[0][b];
    if constexpr (RowSums<lanes, kernel>::kSets == 2) sum += row.sum[1][b];
    store<lanes>(sums, load<lanes>(sums) + sum);
  });
}

/// Any kernel and stride.
template <int lanes>
void sum_rows_plainly(const WeightSums& s, std::int64_t a, Span rows) {
  const std::int64_t height = rows.end - rows.begin;
  for (std::int64_t b = 0; b < s.kernel; ++b) {
    Vector<lanes> sum{};
    for (std::int64_t row = 0; row < s.images * height; ++row) {
      const std::int64_t image = row / height;
      const std::int64_t i = rows.begin + row % height;
      const float* in =
          s.in + image * s.in_image + (i * s.stride - s.kernel / 2 + a) * s.in_width * s.pixel;
      const float* grad = s.grad + image * s.grad_image + i * s.grad_width * s.pixel;
      for (std::int64_t j = 0; j < s.grad_width; ++j) {
        const std::int64_t column = j * s.stride - s.kernel / 2 + b;
        if (column < 0 || column >= s.in_width) continue;
        sum += load<lanes>(in + column * s.pixel) * load<lanes>(grad + j * s.pixel);
      }
    }
    float* sums = s.sums + (a * s.kernel + b) * lanes;
    store<lanes>(sums, load<lanes>(sums) + sum);
  }
}

template <int lanes>
void sum_kernel_row(const WeightSums& s, std::int64_t a, Span rows) {
  if constexpr (lanes == 1) return sum_rows_plainly<lanes>(s, a, rows);
  if (s.stride == 1) {
    if (s.kernel == 3) return sum_rows<lanes, 3, 1>(s, a, rows);
    if (s.kernel == 5) return sum_rows<lanes, 5, 1>(s, a, rows);
    if (s.kernel == 7) return sum_rows<lanes, 7, 1>(s, a, rows);
  } else if (s.stride == 2) {
    if (s.kernel == 3) return sum_rows<lanes, 3, 2>(s, a, rows);
    if (s.kernel == 5) return sum_rows<lanes, 5, 2>(s, a, rows);
    if (s.kernel == 7) return sum_rows<lanes, 7, 2>(s, a, rows);
  }
  sum_rows_plainly<lanes>(s, a, rows);
}

template <int lanes>
void sum_weights(const WeightSums& s) {
  const std::int64_t pad = s.kernel / 2;
  for (std::int64_t a = 0; a < s.kernel; ++a) {
    // Image row i * stride - pad + a must lie in [0, height).
    const std::int64_t low = (larger(0, pad - a) + s.stride - 1) / s.stride;
    const std::int64_t last = s.in_height - 1 + pad - a;
    const std::int64_t high = last < 0 ? 0 : last / s.stride + 1;
    const Span rows{larger(s.begin, low), smaller(s.end, high)};
    if (rows.begin < rows.end) sum_kernel_row<lanes>(s, a, rows);
  }
}

template <int lanes>
constexpr DepthwiseLoops kDepthwiseLoops{lanes, correlate<lanes>, sum_weights<lanes>};

}  // namespace
}  // namespace coppice

// The code behind DepthwiseLoops::sum_weights, included once by the source file of each instruction
// set.
//
// The sums of one kernel row stay in registers while strips of the gradient pass by. Each input
// pixel is loaded once a strip and multiplied with every gradient that it meets.
#pragma once

#include "supernet/kernels/depthwise_loops.hpp"
#include "supernet/kernels/depthwise_strips.hpp"

namespace coppice {
namespace {  // NOLINT: a copy for each instruction set

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

}  // namespace
}  // namespace coppice

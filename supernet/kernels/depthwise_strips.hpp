// How the loops of depthwise convolution cut images: strips of up to eight neighbouring pixels,
// whose sums stay in registers. Like vector.hpp, only for source files that hold loops.
#pragma once

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

}  // namespace
}  // namespace coppice

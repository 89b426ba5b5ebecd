// Walking over a [rows][channels] matrix in vectors. Like vector.hpp, only for source files that
// hold loops.
#pragma once

#include "supernet/kernels/vector.hpp"

namespace coppice {
namespace {  // NOLINT: a copy for each instruction set

/// body(constant lanes, first channel) on vectors that cover the channels once.
template <int widest, class Body>
COPPICE_INLINE void over_channels(std::int64_t channels, Body&& body) {
  std::int64_t c = 0;
  for (; c + widest <= channels; c += widest) body(std::integral_constant<int, widest>{}, c);
  if constexpr (widest > 8) {
    if (c + 8 <= channels) {
      body(std::integral_constant<int, 8>{}, c);
      c += 8;
    }
  }
  if constexpr (widest > 4) {
    if (c + 4 <= channels) {
      body(std::integral_constant<int, 4>{}, c);
      c += 4;
    }
  }
  for (; c < channels; ++c) body(std::integral_constant<int, 1>{}, c);
}

/// body(constant number of rows, first row) in fours, then one by one.
template <class Body>
COPPICE_INLINE void over_rows(std::int64_t rows, Body&& body) {
  std::int64_t r = 0;
  for (; r + 4 <= rows; r += 4) body(std::integral_constant<int, 4>{}, r);
  for (; r < rows; ++r) body(std::integral_constant<int, 1>{}, r);
}

COPPICE_INLINE void clear(float* values, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) values[i] = 0;
}

}  // namespace
}  // namespace coppice

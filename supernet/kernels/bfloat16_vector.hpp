// Vectors of bfloat16: the upper halves of floats. Like vector.hpp, only for source files that hold
// loops.
#pragma once

#include "supernet/kernels/vector.hpp"

namespace coppice {
namespace {  // NOLINT: a copy for each instruction set

template <int lanes>
struct BitsOf {
  using Type __attribute__((vector_size(4 * lanes))) = std::uint32_t;
  using Half __attribute__((vector_size(2 * lanes))) = std::uint16_t;
};
template <int lanes>
using Bits = typename BitsOf<lanes>::Type;
template <int lanes>
using HalfBits = typename BitsOf<lanes>::Half;

template <int lanes>
COPPICE_INLINE Vector<lanes> widened(const std::uint16_t* from) {
  HalfBits<lanes> half;
  __builtin_memcpy(&half, from, sizeof half);
  const Bits<lanes> bits = __builtin_convertvector(half, Bits<lanes>) << 16U;
  return (Vector<lanes>)bits;
}

/// Rounded to nearest even, in the lower half of each lane; what is not a number stays so.
template <int lanes>
COPPICE_INLINE Bits<lanes> narrowed(Vector<lanes> v) {
  const auto bits = (Bits<lanes>)v;
  const Bits<lanes> rounded = (bits + 0x7fffU + ((bits >> 16U) & 1U)) >> 16U;
  const auto number = (Bits<lanes>)(v == v);
  return (rounded & number) | (((bits >> 16U) | 0x40U) & ~number);
}

template <int lanes>
COPPICE_INLINE void store_narrow(std::uint16_t* to, Vector<lanes> v) {
#if defined(__AVX512BF16__)
  if constexpr (lanes == 16) {
    const __m256bh half = _mm512_cvtneps_pbh((__m512)v);
    __builtin_memcpy(to, &half, sizeof half);
    return;
  }
#endif
  const auto half = __builtin_convertvector(narrowed<lanes>(v), HalfBits<lanes>);
  __builtin_memcpy(to, &half, sizeof half);
}

}  // namespace
}  // namespace coppice

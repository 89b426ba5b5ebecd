// A few floats side by side: the compilers' vector extension under a name.
//
// Only for the source files that hold loops: each is compiled for one instruction set, so all that
// they share must be inlined and nothing may be left for the linker to merge.
#pragma once

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

#include <cstdint>
#include <utility>

#define COPPICE_INLINE inline __attribute__((always_inline))

namespace coppice {
namespace {  // NOLINT: a copy for each instruction set

template <int lanes>
struct VectorOf {
  using Type __attribute__((vector_size(4 * lanes))) = float;
};

template <int lanes>
using Vector = typename VectorOf<lanes>::Type;

/// From any address that is aligned as a float.
template <int lanes>
COPPICE_INLINE Vector<lanes> load(const float* from) {
  Vector<lanes> v;
  __builtin_memcpy(&v, from, sizeof v);
  return v;
}

template <int lanes>
COPPICE_INLINE void store(float* to, Vector<lanes> v) {
  __builtin_memcpy(to, &v, sizeof v);
}

/// The first `count` <= lanes of a vector; the others are zero.
template <int lanes>
COPPICE_INLINE Vector<lanes> load_first(const float* from, std::int64_t count) {
#if defined(__AVX512F__)
  if constexpr (lanes == 16) {
    return (Vector<lanes>)_mm512_maskz_loadu_ps(static_cast<__mmask16>((1U << count) - 1), from);
  }
#endif
  Vector<lanes> v{};
  for (std::int64_t i = 0; i < count; ++i) v[i] = from[i];
  return v;
}

template <int lanes>
COPPICE_INLINE void store_first(float* to, Vector<lanes> v, std::int64_t count) {
#if defined(__AVX512F__)
  if constexpr (lanes == 16) {
    return _mm512_mask_storeu_ps(to, static_cast<__mmask16>((1U << count) - 1), (__m512)v);
  }
#endif
  for (std::int64_t i = 0; i < count; ++i) to[i] = v[i];
}

template <int lanes>
COPPICE_INLINE Vector<lanes> all(float value) {
  return value - Vector<lanes>{};
}

template <class Body, int... i>
COPPICE_INLINE void unroll(Body&& body, std::integer_sequence<int, i...>) {
  (body(std::integral_constant<int, i>{}), ...);
}

/// body(0), body(1) ... body(count - 1), each with its index as a constant: arrays indexed by it
/// stay in registers.
template <int count, class Body>
COPPICE_INLINE void unroll(Body&& body) {
  unroll(body, std::make_integer_sequence<int, count>{});
}

}  // namespace
}  // namespace coppice

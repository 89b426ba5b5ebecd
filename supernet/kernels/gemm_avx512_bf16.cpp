#include <immintrin.h>

#include <algorithm>

#include "supernet/kernels/bfloat16_vector.hpp"
#include "supernet/kernels/gemm_loops_body.hpp"

namespace coppice {
namespace {

// Units of two bfloat16.
struct BFloat16Units {
  using Unit = std::int32_t;
  using Spread = __m512i;
  static constexpr int kLanes = 16;
  static constexpr int kValues = 2;
  COPPICE_INLINE static Spread spread(Unit unit) { return _mm512_set1_epi32(unit); }
  COPPICE_INLINE static Spread load_units(const Unit* from) { return _mm512_loadu_si512(from); }
  COPPICE_INLINE static void add(Vector<16>& sum, Spread a, Spread b) {
    sum = (Vector<16>)_mm512_dpbf16_ps((__m512)sum, (__m512bh)a, (__m512bh)b);
  }

  static void of_rows(const FloatMatrix& m, void* to) {
    auto* out = static_cast<std::uint16_t*>(to);
    for (std::int64_t r = 0; r < m.rows; ++r) {
      const float* row = m.data + r * m.row;
      std::int64_t c = 0;
      for (; c + 16 <= m.columns; c += 16) store_half(out + c, load<16>(row + c), 16);
      if (c < m.columns) {
        const std::int64_t left = m.columns - c;
        store_half(out + c, load_first<16>(row + c, left), (left + 1) / 2 * 2);
      }
      out += (m.columns + 1) / 2 * 2;
    }
  }

  static void of_columns(const FloatMatrix& m, std::int64_t width, void* to) {
    auto* out = static_cast<std::int32_t*>(to);
    for (std::int64_t r = 0; r < m.rows; r += 2) {
      const float* upper = m.data + r * m.row;
      const float* lower = r + 1 < m.rows ? upper + m.row : nullptr;
      for (std::int64_t c = 0; c < width; c += 16) {
        const std::int64_t left = std::clamp<std::int64_t>(m.columns - c, 0, 16);
        const auto first = load_first<16>(upper + c, left);
        const auto second = lower != nullptr ? load_first<16>(lower + c, left) : Vector<16>{};
        const Bits<16> pairs = bits(first) | (bits(second) << 16U);
        _mm512_mask_storeu_epi32(out + c, first_lanes(width - c), (__m512i)pairs);
      }
      out += width;
    }
  }

  static void of_half_columns(const HalfMatrix& m, std::int64_t width, void* to) {
    auto* out = static_cast<std::int32_t*>(to);
    for (std::int64_t r = 0; r < m.rows; r += 2) {
      const std::uint16_t* upper = m.data + r * m.row;
      const std::uint16_t* lower = r + 1 < m.rows ? upper + m.row : nullptr;
      for (std::int64_t c = 0; c < width; c += 16) {
        const __mmask16 lanes = first_lanes(std::clamp<std::int64_t>(m.columns - c, 0, 16));
        Bits<16> pairs = wide_first(upper + c, lanes);
        if (lower != nullptr) pairs |= wide_first(lower + c, lanes) << 16U;
        _mm512_mask_storeu_epi32(out + c, first_lanes(width - c), (__m512i)pairs);
      }
      out += width;
    }
  }
  static constexpr auto kOfHalfColumns = &of_half_columns;

 private:
  COPPICE_INLINE static Bits<16> wide_first(const std::uint16_t* from, __mmask16 lanes) {
    return __builtin_convertvector((HalfBits<16>)_mm256_maskz_loadu_epi16(lanes, from), Bits<16>);
  }
  COPPICE_INLINE static __mmask16 first_lanes(std::int64_t count) {
    return static_cast<__mmask16>(count >= 16 ? 0xffffU : (1U << count) - 1);
  }
  COPPICE_INLINE static Bits<16> bits(Vector<16> v) {
    return __builtin_convertvector((HalfBits<16>)_mm512_cvtneps_pbh((__m512)v), Bits<16>);
  }
  COPPICE_INLINE static void store_half(std::uint16_t* to, Vector<16> v, std::int64_t count) {
    _mm256_mask_storeu_epi16(to, first_lanes(count), (__m256i)_mm512_cvtneps_pbh((__m512)v));
  }
};

}  // namespace

const GemmLoops& gemm_bfloat16() { return kGemmLoops<BFloat16Units>; }

}  // namespace coppice

// The code behind GemmLoops, included once by the source file of each instruction set.
//
// A tile of rows x vectors of c stays in registers while the depth passes by: each step loads
// `vectors` of b and spreads one unit of every row of a.
#pragma once

#include "supernet/kernels/gemm_loops.hpp"
#include "supernet/kernels/vector.hpp"

namespace coppice {
namespace {  // NOLINT: a copy for each instruction set

/// Units of one float.
template <int lanes>
struct FloatUnits {
  using Unit = float;
  using Spread = Vector<lanes>;
  static constexpr int kLanes = lanes;
  static constexpr int kValues = 1;
  static constexpr void (*kOfHalfColumns)(const HalfMatrix&, std::int64_t, void*) = nullptr;
  COPPICE_INLINE static Spread spread(Unit unit) { return all<lanes>(unit); }
  COPPICE_INLINE static Spread load_units(const Unit* from) { return load<lanes>(from); }
  COPPICE_INLINE static void add(Vector<lanes>& sum, Spread a, Spread b) { sum += a * b; }

  static void of_rows(const FloatMatrix& m, void* to) { of_columns(m, m.columns, to); }

  static void of_columns(const FloatMatrix& m, std::int64_t width, void* to) {
    auto* out = static_cast<float*>(to);
    for (std::int64_t r = 0; r < m.rows; ++r) {
      const float* row = m.data + r * m.row;
      for (std::int64_t c = 0; c < m.columns; ++c) out[c] = row[c];
      for (std::int64_t c = m.columns; c < width; ++c) out[c] = 0;
      out += width;
    }
  }
};

template <class Units>
struct Tile {
  const typename Units::Unit* a;
  std::int64_t a_row;
  std::int64_t a_step;
  const typename Units::Unit* b;
  std::int64_t depth;
  float* c;
  std::int64_t c_row;
  std::int64_t columns;
  bool add;
};

template <class Units, int rows, int vectors, bool neighbours>
void multiply_tile(const Tile<Units>& t) {
  constexpr int kLanes = Units::kLanes;
  Vector<kLanes> sum[rows][vectors] = {};
  const auto* a = t.a;
  const auto* b = t.b;
  const std::int64_t a_row = neighbours ? 1 : t.a_row;
  const std::int64_t a_step = neighbours ? t.a_step : 1;
  for (std::int64_t k = 0; k < t.depth; ++k) {
    typename Units::Spread column[vectors];
    unroll<vectors>([&](auto v) __attribute__((always_inline)) {
      column[v] = Units::load_units(b + v * kLanes);
    });
    unroll<rows>([&](auto i) __attribute__((always_inline)) {
      const auto x = Units::spread(a[i * a_row]);
      unroll<vectors>([&](auto v)
                          __attribute__((always_inline)) { Units::add(sum[i][v], x, column[v]); });
    });
    a += a_step;
    b += vectors * kLanes;
  }
  unroll<rows>([&](auto i) __attribute__((always_inline)) {
    unroll<vectors>([&](auto v) __attribute__((always_inline)) {
      float* c = t.c + i * t.c_row + v * kLanes;
      const std::int64_t left = t.columns - v * kLanes;
      if (left >= kLanes) {
        store<kLanes>(c, t.add ? load<kLanes>(c) + sum[i][v] : sum[i][v]);
      } else {
        store_first<kLanes>(c, t.add ? load_first<kLanes>(c, left) + sum[i][v] : sum[i][v], left);
      }
    });
  });
}

template <class Units, int vectors, bool neighbours>
void multiply_panel(Tile<Units> tile, std::int64_t rows) {
  const auto tiles = [&](auto height) __attribute__((always_inline)) {
    constexpr int kHeight = decltype(height)::value;
    while (rows >= kHeight) {
      multiply_tile<Units, kHeight, vectors, neighbours>(tile);
      tile.a += kHeight * (neighbours ? 1 : tile.a_row);
      tile.c += kHeight * tile.c_row;
      rows -= kHeight;
    }
  };
  // As many sums as the registers hold beside what a step loads.
  if constexpr (Units::kLanes == 16) tiles(std::integral_constant<int, 8>{});
  tiles(std::integral_constant<int, 4>{});
  tiles(std::integral_constant<int, 1>{});
}

template <class Units, bool neighbours>
void multiply_panels(const Product& p, std::int64_t from, std::int64_t depth) {
  using Unit = typename Units::Unit;
  constexpr int kLanes = Units::kLanes;
  const auto* a = static_cast<const Unit*>(p.a) + from * (neighbours ? p.a_step : 1);
  const auto* b = static_cast<const Unit*>(p.b);
  Tile<Units> tile{a, p.a_row, p.a_step, b, depth, p.c, p.c_row, p.columns, p.add || from > 0};
  std::int64_t left = (p.columns + kLanes - 1) / kLanes;
  while (left > 0) {
    const std::int64_t vectors = panel_vectors(left);
    tile.b = b + from * vectors * kLanes;
    if (vectors == 3) multiply_panel<Units, 3, neighbours>(tile, p.rows);
    if (vectors == 2) multiply_panel<Units, 2, neighbours>(tile, p.rows);
    if (vectors == 1) multiply_panel<Units, 1, neighbours>(tile, p.rows);
    b += p.b_depth * vectors * kLanes;
    tile.c += vectors * kLanes;
    tile.columns -= vectors * kLanes;
    left -= vectors;
  }
}

template <class Units>
void multiply(const Product& p) {
  constexpr std::int64_t kDepth = 192;  // of a panel that the nearest cache holds beside rows of a
  for (std::int64_t k = 0; k < p.depth; k += kDepth) {
    const std::int64_t depth = p.depth - k < kDepth ? p.depth - k : kDepth;
    if (p.a_row == 1 && p.a_step > 1) {
      multiply_panels<Units, true>(p, k, depth);
    } else {
      multiply_panels<Units, false>(p, k, depth);
    }
  }
}

template <class Units>
constexpr GemmLoops kGemmLoops{Units::kLanes,
                               Units::kValues,
                               multiply<Units>,
                               Units::of_rows,
                               Units::of_columns,
                               Units::kOfHalfColumns};

}  // namespace
}  // namespace coppice

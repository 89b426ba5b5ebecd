// The code behind NormLoops, included once by the source file of each instruction set.
//
// All loops walk along the rows, as the memory lies; sums are kept in a small array that stays in
// the nearest cache and is loaded once for four rows.
#pragma once

#include "supernet/kernels/matrix_walk.hpp"
#include "supernet/kernels/norm_loops.hpp"

namespace coppice {
namespace {  // NOLINT: a copy for each instruction set

// A comparison that fails on NaN keeps it: a network that diverges must show it.
template <Nonlinearity kind, int lanes>
COPPICE_INLINE Vector<lanes> activated(Vector<lanes> z) {
  const auto zero = all<lanes>(0);
  const auto six = all<lanes>(6);
  if constexpr (kind == Nonlinearity::relu) return z < zero ? zero : z;
  if constexpr (kind == Nonlinearity::relu6) return z < zero ? zero : (z > six ? six : z);
  if constexpr (kind == Nonlinearity::h_swish) {
    const auto t = z + 3.0F;
    return z * (t < zero ? zero : (t > six ? six : t)) * (1.0F / 6.0F);
  }
  return z;
}

/// The gradient of z from that of activated(z).
template <Nonlinearity kind, int lanes>
COPPICE_INLINE Vector<lanes> behind(Vector<lanes> z, Vector<lanes> gradient) {
  const auto zero = all<lanes>(0);
  if constexpr (kind == Nonlinearity::relu) return z <= zero ? zero : gradient;
  if constexpr (kind == Nonlinearity::relu6) {
    return z <= zero ? zero : (z >= all<lanes>(6) ? zero : gradient);
  }
  if constexpr (kind == Nonlinearity::h_swish) {
    const auto three = all<lanes>(3);
    const auto inner = gradient * (z * (1.0F / 3.0F) + 0.5F);
    return z < -three ? zero : (z > three ? gradient : inner);
  }
  return gradient;
}

template <int widest>
void add_sums(const RowBlock& b, float* scratch, double* totals) {
  float* means = scratch;
  float* squares = scratch + b.channels;
  clear(scratch, 2 * b.channels);
  over_rows(
      b.rows, [&](auto count, std::int64_t r) __attribute__((always_inline)) {
        over_channels<widest>(
            b.channels, [&](auto lanes, std::int64_t c) __attribute__((always_inline)) {
              auto sum = load<lanes>(means + c);
              unroll<decltype(count)::value>([&](auto i) __attribute__((always_inline)) {
                sum += load<lanes>(b.x + (r + i) * b.channels + c);
              });
              store<lanes>(means + c, sum);
            });
      });
  const auto rows = static_cast<float>(b.rows);
  for (std::int64_t c = 0; c < b.channels; ++c) means[c] /= rows;
  over_rows(
      b.rows, [&](auto count, std::int64_t r) __attribute__((always_inline)) {
        over_channels<widest>(
            b.channels, [&](auto lanes, std::int64_t c) __attribute__((always_inline)) {
              auto sum = load<lanes>(squares + c);
              const auto mean = load<lanes>(means + c);
              unroll<decltype(count)::value>([&](auto i) __attribute__((always_inline)) {
                const auto distance = load<lanes>(b.x + (r + i) * b.channels + c) - mean;
                sum += distance * distance;
              });
              store<lanes>(squares + c, sum);
            });
      });
  const auto weight = static_cast<double>(b.rows);
  for (std::int64_t c = 0; c < b.channels; ++c) {
    const auto mean = static_cast<double>(means[c]);
    totals[c] += weight * mean;
    totals[b.channels + c] += static_cast<double>(squares[c]) + weight * mean * mean;
  }
}

template <int lanes>
COPPICE_INLINE Vector<lanes> scaled(const ChannelScale& s, std::int64_t c, Vector<lanes> x) {
  return (x - load<lanes>(s.mean + c)) * load<lanes>(s.scale + c) + load<lanes>(s.shift + c);
}

template <Nonlinearity kind, int widest>
void normalise_as(const RowBlock& b, const ChannelScale& s, float* y) {
  for (std::int64_t r = 0; r < b.rows; ++r) {
    const std::int64_t row = r * b.channels;
    over_channels<widest>(
        b.channels, [&](auto lanes, std::int64_t c) __attribute__((always_inline)) {
          const auto x = load<lanes>(b.x + row + c);
          store<lanes>(y + row + c, activated<kind, lanes>(scaled<lanes>(s, c, x)));
        });
  }
}

template <Nonlinearity kind, int widest>
void add_gradients_as(const RowBlock& b, const ChannelScale& s, float* scratch, double* totals) {
  float* plain = scratch;
  float* weighted = scratch + b.channels;
  clear(scratch, 2 * b.channels);
  over_rows(
      b.rows, [&](auto count, std::int64_t r) __attribute__((always_inline)) {
        over_channels<widest>(
            b.channels, [&](auto lanes, std::int64_t c) __attribute__((always_inline)) {
              auto sum = load<lanes>(plain + c);
              auto product = load<lanes>(weighted + c);
              unroll<decltype(count)::value>([&](auto i) __attribute__((always_inline)) {
                const std::int64_t at = (r + i) * b.channels + c;
                const auto x = load<lanes>(b.x + at);
                const auto g =
                    behind<kind, lanes>(scaled<lanes>(s, c, x), load<lanes>(b.gradient + at));
                sum += g;
                product += g * (x - load<lanes>(s.mean + c));
              });
              store<lanes>(plain + c, sum);
              store<lanes>(weighted + c, product);
            });
      });
  for (std::int64_t i = 0; i < 2 * b.channels; ++i) totals[i] += static_cast<double>(scratch[i]);
}

template <Nonlinearity kind, int widest>
void input_gradient_as(const RowBlock& b,
                       const ChannelScale& s,
                       const ChannelSlope& slope,
                       float* dx) {
  for (std::int64_t r = 0; r < b.rows; ++r) {
    const std::int64_t row = r * b.channels;
    over_channels<widest>(
        b.channels, [&](auto lanes, std::int64_t c) __attribute__((always_inline)) {
          const auto x = load<lanes>(b.x + row + c);
          const auto g =
              behind<kind, lanes>(scaled<lanes>(s, c, x), load<lanes>(b.gradient + row + c));
          const auto through_variance =
              (x - load<lanes>(s.mean + c)) * load<lanes>(slope.slope + c);
          store<lanes>(
              dx + row + c,
              (g - load<lanes>(slope.offset + c) - through_variance) * load<lanes>(s.scale + c));
        });
  }
}

/// body(constant kind)
template <class Body>
COPPICE_INLINE void with_kind(Nonlinearity kind, Body&& body) {
  using N = Nonlinearity;
  switch (kind) {
    case N::none:
      return body(std::integral_constant<N, N::none>{});
    case N::relu:
      return body(std::integral_constant<N, N::relu>{});
    case N::relu6:
      return body(std::integral_constant<N, N::relu6>{});
    case N::h_swish:
      return body(std::integral_constant<N, N::h_swish>{});
  }
}

template <int widest>
void normalise(const RowBlock& b, const ChannelScale& s, float* y) {
  with_kind(b.activation, [&](auto kind) { normalise_as<decltype(kind)::value, widest>(b, s, y); });
}

template <int widest>
void add_gradients(const RowBlock& b, const ChannelScale& s, float* scratch, double* totals) {
  with_kind(b.activation, [&](auto kind) {
    add_gradients_as<decltype(kind)::value, widest>(b, s, scratch, totals);
  });
}

template <int widest>
void input_gradient(const RowBlock& b,
                    const ChannelScale& s,
                    const ChannelSlope& slope,
                    float* dx) {
  with_kind(b.activation,
            [&](auto kind) { input_gradient_as<decltype(kind)::value, widest>(b, s, slope, dx); });
}

template <int widest>
constexpr NormLoops kNormLoops{
    add_sums<widest>, normalise<widest>, add_gradients<widest>, input_gradient<widest>};

}  // namespace
}  // namespace coppice

// The loops of normalisation over a block of rows, for one activation and one format each. Like
// vector.hpp, only for source files that hold loops.
//
// All walk along the rows, as the memory lies; sums are kept in a small array that stays in the
// nearest cache and is loaded once for four rows.
#pragma once

#include "supernet/kernels/matrix_walk.hpp"
#include "supernet/kernels/norm_vector.hpp"

namespace coppice {
namespace {  // NOLINT: a copy for each instruction set

template <int widest>
void add_sums(const RowBlock& b, float* scratch, double* totals) {
  float* means = scratch;
  float* squares = scratch + b.channels;
  const auto* x = static_cast<const float*>(b.x.data);
  clear(scratch, 2 * b.channels);
  over_rows(
      b.rows, [&](auto count, std::int64_t r) __attribute__((always_inline)) {
        over_channels<widest>(
            b.channels, [&](auto lanes, std::int64_t c) __attribute__((always_inline)) {
              auto sum = load<lanes>(means + c);
              unroll<decltype(count)::value>([&](auto i) __attribute__((always_inline)) {
                sum += load<lanes>(x + (r + i) * b.channels + c);
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
                const auto distance = load<lanes>(x + (r + i) * b.channels + c) - mean;
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

template <Nonlinearity kind, Format format, bool gated, int widest, class Y>
void normalise_as(const RowBlock& b, const ChannelScale& s, const float* gate, Y* y) {
  for (std::int64_t r = 0; r < b.rows; ++r) {
    const std::int64_t row = r * b.channels;
    over_channels<widest>(
        b.channels, [&](auto lanes, std::int64_t c) __attribute__((always_inline)) {
          const auto x = read<format, lanes>(b.x.data, row + c);
          auto value = activated<kind, lanes>(scaled<lanes>(s, c, x));
          if constexpr (gated) value *= load<lanes>(gate + c);
          write<lanes>(y + row + c, value);
        });
  }
}

template <Nonlinearity kind, Format of_x, Format of_gradient, int widest>
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
                const auto x = read<of_x, lanes>(b.x.data, at);
                const auto g = behind<kind, lanes>(scaled<lanes>(s, c, x),
                                                   read<of_gradient, lanes>(b.gradient.data, at));
                sum += g;
                product += g * (x - load<lanes>(s.mean + c));
              });
              store<lanes>(plain + c, sum);
              store<lanes>(weighted + c, product);
            });
      });
  for (std::int64_t i = 0; i < 2 * b.channels; ++i) totals[i] += static_cast<double>(scratch[i]);
}

template <Nonlinearity kind, Format of_x, Format of_gradient, int widest, class Y>
void input_gradient_as(const RowBlock& b, const ChannelScale& s, const ChannelSlope& slope, Y* dx) {
  for (std::int64_t r = 0; r < b.rows; ++r) {
    const std::int64_t row = r * b.channels;
    over_channels<widest>(
        b.channels, [&](auto lanes, std::int64_t c) __attribute__((always_inline)) {
          const auto x = read<of_x, lanes>(b.x.data, row + c);
          const auto g = behind<kind, lanes>(scaled<lanes>(s, c, x),
                                             read<of_gradient, lanes>(b.gradient.data, row + c));
          const auto through_variance =
              (x - load<lanes>(s.mean + c)) * load<lanes>(slope.slope + c);
          write<lanes>(
              dx + row + c,
              (g - load<lanes>(slope.offset + c) - through_variance) * load<lanes>(s.scale + c));
        });
  }
}

}  // namespace
}  // namespace coppice

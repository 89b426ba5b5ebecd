// The code behind NormLoops, included once by the source file of each instruction set: which of the
// loops of norm_rows.hpp a block of rows is for.
#pragma once

#include "supernet/kernels/norm_rows.hpp"

namespace coppice {
namespace {  // NOLINT: a copy for each instruction set

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

/// body(constant format)
template <class Body>
COPPICE_INLINE void with_format(Format format, Body&& body) {
  if (format == Format::bfloat16) return body(std::integral_constant<Format, Format::bfloat16>{});
  body(std::integral_constant<Format, Format::float32>{});
}

template <int widest, class Y>
void normalise_to(const RowBlock& b, const ChannelScale& s, const float* gate, Y* y) {
  with_kind(b.activation, [&](auto kind) {
    with_format(b.x.format, [&](auto format) {
      constexpr auto kKind = decltype(kind)::value;
      constexpr auto kFormat = decltype(format)::value;
      if (gate != nullptr) return normalise_as<kKind, kFormat, true, widest>(b, s, gate, y);
      normalise_as<kKind, kFormat, false, widest>(b, s, gate, y);
    });
  });
}

template <int widest>
void normalise(const RowBlock& b, const ChannelScale& s, const float* gate, float* y) {
  normalise_to<widest>(b, s, gate, y);
}

/// body(constant kind, constant format of x, constant format of the gradient)
template <class Body>
COPPICE_INLINE void with_formats(const RowBlock& b, Body&& body) {
  constexpr std::integral_constant<Format, Format::float32> kFloats{};
  with_kind(b.activation, [&](auto kind) {
    if (b.x.format == Format::float32) return body(kind, kFloats, kFloats);
    constexpr std::integral_constant<Format, Format::bfloat16> kHalves{};
    with_format(b.gradient.format, [&](auto format) { body(kind, kHalves, format); });
  });
}

template <int widest>
void add_gradients(const RowBlock& b, const ChannelScale& s, float* scratch, double* totals) {
  with_formats(b, [&](auto kind, auto of_x, auto of_gradient) {
    add_gradients_as<decltype(kind)::value,
                     decltype(of_x)::value,
                     decltype(of_gradient)::value,
                     widest>(b, s, scratch, totals);
  });
}

template <int widest, class Y>
void input_gradient_to(const RowBlock& b, const ChannelScale& s, const ChannelSlope& slope, Y* dx) {
  with_formats(b, [&](auto kind, auto of_x, auto of_gradient) {
    input_gradient_as<decltype(kind)::value,
                      decltype(of_x)::value,
                      decltype(of_gradient)::value,
                      widest>(b, s, slope, dx);
  });
}

template <int widest>
void input_gradient(const RowBlock& b,
                    const ChannelScale& s,
                    const ChannelSlope& slope,
                    float* dx) {
  input_gradient_to<widest>(b, s, slope, dx);
}

#if defined(__AVX512BF16__)
template <int widest>
void normalise_to_half(const RowBlock& b,
                       const ChannelScale& s,
                       const float* gate,
                       std::uint16_t* y) {
  normalise_to<widest>(b, s, gate, y);
}

template <int widest>
void input_gradient_to_half(const RowBlock& b,
                            const ChannelScale& s,
                            const ChannelSlope& slope,
                            std::uint16_t* dx) {
  input_gradient_to<widest>(b, s, slope, dx);
}

template <int widest>
constexpr NormLoops kNormLoops{add_sums<widest>,
                               normalise<widest>,
                               normalise_to_half<widest>,
                               add_gradients<widest>,
                               input_gradient<widest>,
                               input_gradient_to_half<widest>};
#else
template <int widest>
constexpr NormLoops kNormLoops{add_sums<widest>,
                               normalise<widest>,
                               nullptr,
                               add_gradients<widest>,
                               input_gradient<widest>,
                               nullptr};
#endif

}  // namespace
}  // namespace coppice

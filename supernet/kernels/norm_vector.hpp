// Normalisation and activations on vectors. Like vector.hpp, only for source files that hold loops.
#pragma once

#include "supernet/kernels/bfloat16_vector.hpp"
#include "supernet/kernels/norm_loops.hpp"

namespace coppice {
namespace {  // NOLINT: a copy for each instruction set

template <Format format, int lanes>
COPPICE_INLINE Vector<lanes> read(const void* from, std::int64_t at) {
  if constexpr (format == Format::bfloat16) {
    return widened<lanes>(static_cast<const std::uint16_t*>(from) + at);
  } else {
    return load<lanes>(static_cast<const float*>(from) + at);
  }
}

template <int lanes>
COPPICE_INLINE void write(float* to, Vector<lanes> v) {
  store<lanes>(to, v);
}

template <int lanes>
COPPICE_INLINE void write(std::uint16_t* to, Vector<lanes> v) {
  store_narrow<lanes>(to, v);
}

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

template <int lanes>
COPPICE_INLINE Vector<lanes> scaled(const ChannelScale& s, std::int64_t c, Vector<lanes> x) {
  return (x - load<lanes>(s.mean + c)) * load<lanes>(s.scale + c) + load<lanes>(s.shift + c);
}

}  // namespace
}  // namespace coppice

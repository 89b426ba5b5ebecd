// Lazy images with everything on them, and their meaning spelled out in double.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "supernet/base/random.hpp"
#include "supernet/kernels/lazy_images.hpp"

namespace coppice {

using Floats = std::vector<float>;
using Doubles = std::vector<double>;

[[nodiscard]] inline Floats random_floats(std::int64_t count, Random random) {
  Floats values(static_cast<std::size_t>(count));
  for (float& value : values) value = static_cast<float>(random.normal());
  return values;
}

/// Normalised, h-swish, gated when `gated`: channel c and pixel p of [images][pixels][channels].
struct LazyProblem {
  LazyProblem(std::int64_t image_count,
              std::int64_t pixel_count,
              std::int64_t channel_count,
              bool gated,
              Random random)
      : images(image_count),
        pixels(pixel_count),
        channels(channel_count),
        stored(random_floats(images * pixels * channels, random.fork("stored"))),
        mean(random_floats(channels, random.fork("mean"))),
        scale(random_floats(channels, random.fork("scale"))),
        shift(random_floats(channels, random.fork("shift"))),
        gate(gated ? random_floats(images * channels, random.fork("gate")) : Floats()),
        gradient(random_floats(images * pixels * channels, random.fork("gradient"))),
        addend(gated ? random_floats(images * channels, random.fork("addend")) : Floats()),
        offset(random_floats(channels, random.fork("offset"))),
        slope(random_floats(channels, random.fork("slope"))) {}

  /// Stored in the format: values and gradient become what it can hold.
  void store_as(Format format) {
    if (format == Format::float32) return;
    half_stored = rounded(stored);
    half_gradient = rounded(gradient);
  }

  [[nodiscard]] LazyImages lazy() {
    LazyImages lazy;
    lazy.stored.data = stored.data();
    if (!half_stored.empty()) lazy.stored = {half_stored.data(), Format::bfloat16};
    lazy.images = images;
    lazy.pixels = pixels;
    lazy.channels = channels;
    lazy.norm = {mean.data(), scale.data(), shift.data()};
    lazy.activation = Nonlinearity::h_swish;
    lazy.gate = gate.empty() ? nullptr : gate.data();
    return lazy;
  }

  [[nodiscard]] LazyGradient lazy_gradient() {
    LazyGradient lazy_gradient;
    lazy_gradient.images = lazy();
    lazy_gradient.of_value.data = gradient.data();
    if (!half_gradient.empty()) lazy_gradient.of_value = {half_gradient.data(), Format::bfloat16};
    lazy_gradient.addend = addend.empty() ? nullptr : addend.data();
    lazy_gradient.slope = {offset.data(), slope.data()};
    return lazy_gradient;
  }

  [[nodiscard]] std::size_t size() const { return stored.size(); }

  [[nodiscard]] double z(std::size_t i) const {
    const std::size_t c = channel(i);
    return (wide(stored[i]) - wide(mean[c])) * wide(scale[c]) + wide(shift[c]);
  }
  /// Without the gate.
  [[nodiscard]] double activated(std::size_t i) const {
    return z(i) * std::clamp(z(i) + 3, 0.0, 6.0) / 6;
  }
  [[nodiscard]] double value(std::size_t i) const {
    return activated(i) * (gate.empty() ? 1 : wide(gate[of_image(i)]));
  }
  [[nodiscard]] double value_gradient(std::size_t i) const {
    if (gate.empty()) return wide(gradient[i]);
    return wide(gradient[i]) * wide(gate[of_image(i)]) + wide(addend[of_image(i)]);
  }
  /// Behind the activation, from the gradient of the activated value.
  [[nodiscard]] double behind(std::size_t i, double of_value) const {
    if (z(i) < -3) return 0;
    return z(i) > 3 ? of_value : of_value * (2 * z(i) + 3) / 6;
  }
  [[nodiscard]] double stored_gradient(std::size_t i) const {
    const std::size_t c = channel(i);
    const double through_variance = (wide(stored[i]) - wide(mean[c])) * wide(slope[c]);
    return (behind(i, value_gradient(i)) - wide(offset[c]) - through_variance) * wide(scale[c]);
  }

  [[nodiscard]] std::size_t channel(std::size_t i) const {
    return i % static_cast<std::size_t>(channels);
  }
  [[nodiscard]] std::size_t of_image(std::size_t i) const {
    return i / static_cast<std::size_t>(pixels * channels) * static_cast<std::size_t>(channels) +
           channel(i);
  }

  static double wide(float x) { return static_cast<double>(x); }

  /// In bfloat16; `values` become the same.
  static std::vector<std::uint16_t> rounded(Floats& values) {
    std::vector<std::uint16_t> half(values.size());
    const auto count = static_cast<std::int64_t>(values.size());
    store_values(values.data(), count, {half.data(), Format::bfloat16}, 0);
    read_values({half.data(), Format::bfloat16}, 0, count, values.data());
    return half;
  }

  std::int64_t images;
  std::int64_t pixels;
  std::int64_t channels;
  Floats stored, mean, scale, shift, gate, gradient, addend, offset, slope;
  std::vector<std::uint16_t> half_stored, half_gradient;
};

constexpr Format kFormats[] = {Format::float32, Format::bfloat16};

/// Of norms.
template <class Values>
[[nodiscard]] double relative_difference(const Values& found, const Doubles& expected) {
  double distance = 0;
  double norm = 1e-12;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    distance += std::pow(static_cast<double>(found[i]) - expected[i], 2);
    norm += std::pow(expected[i], 2);
  }
  return std::sqrt(distance / norm);
}

}  // namespace coppice

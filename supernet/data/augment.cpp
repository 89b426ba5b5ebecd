#include "supernet/data/augment.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "supernet/base/error.hpp"
#include "supernet/data/resize.hpp"

namespace coppice {
namespace {

constexpr std::array<std::pair<Augmentation, const char*>, 3> kNames{{
    {Augmentation::none, "none"},
    {Augmentation::crop_flip, "crop-flip"},
    {Augmentation::imagenet, "imagenet"},
}};

Image mirrored(const Image& image) {
  Image out = image;
  const auto channels = static_cast<std::size_t>(image.channels);
  const auto width = static_cast<std::size_t>(image.width);
  for (std::size_t y = 0; y < static_cast<std::size_t>(image.height); ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      const std::size_t from = (y * width + (width - 1 - x)) * channels;
      const std::size_t to = (y * width + x) * channels;
      std::copy_n(image.pixels.data() + from, channels, out.pixels.data() + to);
    }
  }
  return out;
}

// The picture moved by (dx, dy) pixels; what moves in is black.
Image shifted(const Image& image, int dx, int dy) {
  Image out = image;
  std::fill(out.pixels.begin(), out.pixels.end(), std::uint8_t{0});
  const int columns = image.width - std::abs(dx);
  const auto row_bytes =
      static_cast<std::size_t>(columns) * static_cast<std::size_t>(image.channels);
  for (int y = std::max(0, dy); y < image.height + std::min(0, dy); ++y) {
    const int from = ((y - dy) * image.width + std::max(0, -dx)) * image.channels;
    const int to = (y * image.width + std::max(0, dx)) * image.channels;
    std::copy_n(image.pixels.data() + from, row_bytes, out.pixels.data() + to);
  }
  return out;
}

Image cropped(const Image& image, int left, int top, int width, int height) {
  Image out{height, width, image.channels, {}};
  const auto row = static_cast<std::size_t>(width) * static_cast<std::size_t>(image.channels);
  out.pixels.resize(row * static_cast<std::size_t>(height));
  for (int y = 0; y < height; ++y) {
    const int from = ((top + y) * image.width + left) * image.channels;
    std::copy_n(
        image.pixels.data() + from, row, out.pixels.data() + static_cast<std::size_t>(y) * row);
  }
  return out;
}

// The largest centre crop with width / height in [low, high].
Image largest_crop(const Image& image, double low, double high) {
  const double ratio = static_cast<double>(image.width) / image.height;
  int width = image.width;
  int height = image.height;
  if (ratio < low) height = static_cast<int>(std::lround(width / low));
  if (ratio > high) width = static_cast<int>(std::lround(height * high));
  return cropped(image, (image.width - width) / 2, (image.height - height) / 2, width, height);
}

// Szegedy et al. 2015; ten tries, then as torchvision the largest centre crop.
Image random_crop(const Image& image, Random& random) {
  const double area = static_cast<double>(image.width) * image.height;
  for (int attempt = 0; attempt < 10; ++attempt) {
    const double target = area * (0.08 + 0.92 * random.uniform());
    const double log_ratio = std::log(4.0 / 3.0) * (2 * random.uniform() - 1);
    const double ratio = std::exp(log_ratio);
    const int width = static_cast<int>(std::lround(std::sqrt(target * ratio)));
    const int height = static_cast<int>(std::lround(std::sqrt(target / ratio)));
    if (width < 1 || height < 1 || width > image.width || height > image.height) continue;
    const auto left = random.below(static_cast<std::uint64_t>(image.width - width) + 1);
    const auto top = random.below(static_cast<std::uint64_t>(image.height - height) + 1);
    return cropped(image, static_cast<int>(left), static_cast<int>(top), width, height);
  }
  return largest_crop(image, 3.0 / 4.0, 4.0 / 3.0);
}

std::uint8_t to_byte(double value) {
  return static_cast<std::uint8_t>(std::clamp(std::lround(value), 0L, 255L));
}

// Brightness moves every channel, saturation moves channels from or to their grey value.
void jitter_colours(Image& image, Random& random) {
  const double brightness = 1 + 32.0 / 255.0 * (2 * random.uniform() - 1);
  const double saturation = 1 + 0.5 * (2 * random.uniform() - 1);
  const bool colour = image.channels == 3;
  for (std::size_t i = 0; i < image.pixels.size(); i += static_cast<std::size_t>(image.channels)) {
    std::uint8_t* p = image.pixels.data() + i;
    const double grey = colour ? 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2] : p[0];
    for (int c = 0; c < image.channels; ++c) {
      p[c] = to_byte(brightness * (grey + saturation * (p[c] - grey)));
    }
  }
}

}  // namespace

std::string to_text(Augmentation augmentation) {
  for (const auto& [value, name] : kNames) {
    if (value == augmentation) return name;
  }
  return "none";
}

Augmentation parse_augmentation(const std::string& name) {
  for (const auto& [value, known] : kNames) {
    if (name == known) return value;
  }
  throw Error(text("augment = ", name, ", must be none, crop-flip or imagenet"), Failure::usage);
}

Image augment(const Image& image, Augmentation augmentation, int size, Random random) {
  if (augmentation == Augmentation::none) return resize(image, size);
  if (augmentation == Augmentation::imagenet) {
    Image crop = resize(random_crop(image, random), size);
    if (random.below(2) == 1) crop = mirrored(crop);
    jitter_colours(crop, random);
    return crop;
  }
  const int reach = std::max(1, image.width / 8);
  const std::uint64_t range = 2 * static_cast<std::uint64_t>(reach) + 1;
  const int dx = static_cast<int>(random.below(range)) - reach;
  const int dy = static_cast<int>(random.below(range)) - reach;
  Image moved = shifted(image, dx, dy);
  if (random.below(2) == 1) moved = mirrored(moved);
  return resize(moved, size);
}

Image prepare(const Image& image, int size, double crop_fraction) {
  if (crop_fraction >= 1) return resize(image, size);
  return resize_shorter_side_and_crop_center(image, size, crop_fraction);
}

}  // namespace coppice

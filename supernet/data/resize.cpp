#include "supernet/data/resize.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <opencv2/imgproc.hpp>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

std::size_t bytes_of(int height, int width, int channels) {
  return static_cast<std::size_t>(height) * static_cast<std::size_t>(width) *
         static_cast<std::size_t>(channels);
}

void require_whole(const Image& image) {
  const bool sane = image.height > 0 && image.width > 0 && image.channels > 0;
  require(sane && image.pixels.size() == bytes_of(image.height, image.width, image.channels),
          "image of ",
          image.height,
          " x ",
          image.width,
          " x ",
          image.channels,
          " with ",
          image.pixels.size(),
          " values, must have their product");
}

Image resize_to(const Image& image, int height, int width) {
  if (height == image.height && width == image.width) return image;
  Image result{height, width, image.channels, {}};
  result.pixels.resize(bytes_of(height, width, image.channels));
  const int type = CV_8UC(image.channels);
  auto* source = const_cast<std::uint8_t*>(image.pixels.data());  // only read
  const cv::Mat from(image.height, image.width, type, source);
  cv::Mat to(height, width, type, result.pixels.data());
  const bool shrinks = result.pixels.size() < image.pixels.size();
  cv::resize(from, to, to.size(), 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
  return result;
}

Image crop_center(const Image& image, int size) {
  const auto top = static_cast<std::size_t>((image.height - size) / 2);
  const auto left = static_cast<std::size_t>((image.width - size) / 2);
  const auto channels = static_cast<std::size_t>(image.channels);
  const std::size_t row = static_cast<std::size_t>(size) * channels;
  const std::size_t stride = static_cast<std::size_t>(image.width) * channels;
  Image result{size, size, image.channels, {}};
  result.pixels.resize(row * static_cast<std::size_t>(size));
  for (std::size_t y = 0; y < static_cast<std::size_t>(size); ++y) {
    const std::uint8_t* from = image.pixels.data() + (top + y) * stride + left * channels;
    std::memcpy(result.pixels.data() + y * row, from, row);
  }
  return result;
}

}  // namespace

Image resize(const Image& image, int size) {
  require(size > 0, "image size = ", size, ", must be > 0");
  require_whole(image);
  return resize_to(image, size, size);
}

Image resize_shorter_side_and_crop_center(const Image& image, int size, double crop_fraction) {
  require(size > 0, "image size = ", size, ", must be > 0");
  require(crop_fraction > 0 && crop_fraction <= 1,
          "crop_fraction = ",
          crop_fraction,
          ", must be > 0 and <= 1");
  require_whole(image);
  const double shorter = std::ceil(size / crop_fraction);
  const double scale = shorter / std::min(image.height, image.width);
  const auto scaled = [&](int side) {
    return std::max(static_cast<int>(shorter), static_cast<int>(side * scale));
  };
  return crop_center(resize_to(image, scaled(image.height), scaled(image.width)), size);
}

}  // namespace coppice

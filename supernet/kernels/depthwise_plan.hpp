// A depthwise convolution made ready for many images: weights in the order in which the loops read
// them. What depthwise.hpp and depthwise_layer.hpp are made of.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "supernet/kernels/depthwise.hpp"
#include "supernet/kernels/depthwise_loops.hpp"

namespace coppice {

/// Blocks of `lanes` channels; the last one is moved back so that it ends with the channels, and
/// does some of them twice.
struct ChannelBlocks {
  std::int64_t channels;
  std::int64_t lanes;
  [[nodiscard]] std::int64_t count() const { return (channels + lanes - 1) / lanes; }
  [[nodiscard]] std::int64_t first(std::int64_t block) const {
    return std::min(block * lanes, channels - lanes);
  }
};

/// The correlations that together fill an image.
class ImageCorrelation {
 public:
  static ImageCorrelation forward(const DepthwiseShape& shape, const DepthwiseWeight& weight);
  static ImageCorrelation input_gradient(const DepthwiseShape& shape,
                                         const DepthwiseWeight& weight);

  /// An image is filled in bands of rows.
  [[nodiscard]] std::int64_t bands() const;
  void fill(const float* in, float* out, std::int64_t band) const;
  /// All bands.
  void fill(const float* in, float* out) const;

 private:
  // For channel 0 of an image at address 0.
  struct Part {
    Correlation plan;
    std::int64_t out_offset = 0;  // floats
    std::int64_t height = 0;      // of its output
    std::vector<float> weight;
  };

  explicit ImageCorrelation(std::int64_t channels);

  const DepthwiseLoops* loops_;
  ChannelBlocks blocks_;
  std::vector<Part> parts_;
};

/// The gradient of the taps as partial sums, one for each of several groups of images.
class TapSums {
 public:
  TapSums(const DepthwiseShape& shape, std::int64_t groups);

  /// Adds neighbouring images to the sums of a group. Groups may be added to side by side.
  void add(std::int64_t group, const float* input, const float* gradient, std::int64_t images);

  /// Into [channel][tap], in the order of the groups.
  void reduce(float* weight_gradient) const;

 private:
  [[nodiscard]] std::int64_t taps() const { return shape_.kernel * shape_.kernel; }
  [[nodiscard]] std::int64_t offset(std::int64_t group, std::int64_t block) const;

  DepthwiseShape shape_;
  std::int64_t groups_;
  const DepthwiseLoops* loops_;
  ChannelBlocks blocks_;
  std::vector<float> sums_;  // [group][block][tap][lanes]
};

}  // namespace coppice

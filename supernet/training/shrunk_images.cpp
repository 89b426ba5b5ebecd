#include "supernet/training/shrunk_images.hpp"

#include <ATen/ops/matmul.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

namespace coppice {
namespace {

// [to, from]: which part of each pixel's area an old pixel fills.
at::Tensor area_weights(std::int64_t from, std::int64_t to) {
  at::Tensor weights = at::zeros({to, from});
  auto* row = weights.data_ptr<float>();
  const double width = static_cast<double>(from) / static_cast<double>(to);
  for (std::int64_t i = 0; i < to; ++i, row += from) {
    const double low = width * static_cast<double>(i);
    const double high = low + width;
    for (std::int64_t j = static_cast<std::int64_t>(low); j < from; ++j) {
      const auto left = static_cast<double>(j);
      const double covered = std::min(high, left + 1) - std::max(low, left);
      if (covered <= 0) break;
      row[j] = static_cast<float>(covered / width);
    }
  }
  return weights;
}

}  // namespace

at::Tensor shrunk(const at::Tensor& images, int resolution) {
  const std::int64_t size = images.size(2);
  if (size == resolution) return images;
  const at::Tensor weights = area_weights(size, resolution).to(images.device());
  const at::Tensor rows = at::matmul(weights, images.contiguous());
  return at::matmul(rows, weights.t()).contiguous(at::MemoryFormat::ChannelsLast);
}

}  // namespace coppice

#include "supernet/data/memory_dataset.hpp"

#include <cassert>
#include <utility>

namespace coppice {
namespace {

std::size_t bytes_of(const Image& image) {
  return static_cast<std::size_t>(image.height) * static_cast<std::size_t>(image.width) *
         static_cast<std::size_t>(image.channels);
}

}  // namespace

MemoryDataset::MemoryDataset(const Image& like,
                             std::vector<std::uint8_t> pixels,
                             std::vector<int> labels)
    : like_{like.height, like.width, like.channels, {}},
      pixels_(std::move(pixels)),
      labels_(std::move(labels)) {
  assert(pixels_.size() == labels_.size() * bytes_of(like_));
}

Sample MemoryDataset::get(std::size_t index) const {
  Sample sample{like_, labels_.at(index)};
  const auto bytes = static_cast<std::ptrdiff_t>(bytes_of(like_));
  const auto first = pixels_.begin() + static_cast<std::ptrdiff_t>(index) * bytes;
  sample.image.pixels.assign(first, first + bytes);
  return sample;
}

}  // namespace coppice

// Samples of one size kept in memory, as the small benchmark formats give them.
#pragma once

#include <cstdint>
#include <vector>

#include "supernet/data/dataset.hpp"

namespace coppice {

class MemoryDataset final : public Dataset {
 public:
  /// `like` gives the size of every image (its pixels are ignored); `pixels` holds the images one
  /// after another, channels last. REQUIRES one label an image.
  MemoryDataset(const Image& like, std::vector<std::uint8_t> pixels, std::vector<int> labels);

  [[nodiscard]] std::size_t size() const override { return labels_.size(); }
  [[nodiscard]] Sample get(std::size_t index) const override;
  [[nodiscard]] int label(std::size_t index) const override { return labels_.at(index); }

 private:
  Image like_;
  std::vector<std::uint8_t> pixels_;
  std::vector<int> labels_;
};

}  // namespace coppice

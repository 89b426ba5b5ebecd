// Pictures that can be learned in seconds: each class is a bright bar at its own angle and place,
// with noise. Deterministic; nothing is stored.
#pragma once

#include <cmath>
#include <cstdint>
#include <memory>

#include "supernet/base/random.hpp"
#include "supernet/data/dataset.hpp"

namespace coppice {

class SyntheticDataset final : public Dataset {
 public:
  SyntheticDataset(std::size_t count, int classes, std::uint64_t seed)
      : count_(count), classes_(classes), seed_(seed) {}

  [[nodiscard]] std::size_t size() const override { return count_; }
  [[nodiscard]] int label(std::size_t index) const override {
    return static_cast<int>(index % static_cast<std::size_t>(classes_));
  }
  [[nodiscard]] Sample get(std::size_t index) const override {
    constexpr int size = 16;
    Random random = Random(seed_).fork(index);
    const double angle = 3.14159265358979 * label(index) / classes_;
    Sample sample{{size, size, 1, {}}, label(index)};
    for (int y = 0; y < size; ++y) {
      for (int x = 0; x < size; ++x) {
        const double distance = (x - 7.5) * std::sin(angle) - (y - 7.5) * std::cos(angle);
        const double value = (std::abs(distance) < 2 ? 170 : 40) + 30 * random.normal();
        sample.image.pixels.push_back(
            static_cast<std::uint8_t>(std::min(255.0, std::max(0.0, value))));
      }
    }
    return sample;
  }

 private:
  std::size_t count_;
  int classes_;
  std::uint64_t seed_;
};

}  // namespace coppice

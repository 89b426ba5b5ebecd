// Synthetic images as the parts of a training, and options for a few steps of every phase.
#pragma once

#include <algorithm>
#include <memory>

#include "supernet/training/trainer.hpp"
#include "tests/support/synthetic_dataset.hpp"

namespace coppice {

[[nodiscard]] inline TrainData synthetic_data(std::size_t images = 256, int classes = 8) {
  TrainData data;
  data.train = std::make_shared<SyntheticDataset>(images, classes, 1);
  data.preprocessing = measure_preprocessing(*data.train, 64, Random(1));
  const auto prepared = [&](std::size_t count, std::uint64_t seed) {
    return std::make_shared<PreparedImages>(
        std::make_shared<SyntheticDataset>(count, classes, seed), data.preprocessing, 64);
  };
  data.calibration = prepared(128, 2);
  data.held_out = prepared(128, 3);
  return data;
}

[[nodiscard]] inline TrainOptions short_options(const SearchSpace& space, double epochs) {
  TrainOptions options;
  options.phases = published_phases(space);
  for (Phase& phase : options.phases) {
    phase.epochs = epochs;
    phase.warmup_epochs = 0;
    phase.rate = 0.05;
    phase.subnets = std::min(phase.subnets, 2);
  }
  options.batch_size = 32;
  return options;
}

}  // namespace coppice

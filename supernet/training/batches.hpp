// Samples as tensors: normalised batches in a seeded order, prepared ahead of their use.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <future>
#include <memory>
#include <vector>

#include "supernet/base/random.hpp"
#include "supernet/data/augment.hpp"
#include "supernet/data/dataset.hpp"
#include "supernet/distributed.hpp"

namespace coppice {

/// How pixels become network inputs: (value / 255 - mean) / deviation, per channel.
struct Preprocessing {
  std::vector<float> mean;
  std::vector<float> deviation;
  /// See prepare() in data/augment.hpp.
  double crop_fraction = 1;
};

/// Mean and deviation of every channel over up to `count` images drawn from the set. Throws Error
/// when it is empty or all pixels are alike: nothing can be learned from it.
[[nodiscard]] Preprocessing measure_preprocessing(const Dataset& dataset,
                                                  std::size_t count,
                                                  Random random);

struct Batch {
  at::Tensor images;  ///< [N, C, r, r] float32, channels-last
  at::Tensor labels;  ///< [N] int64
};

/// Samples as they are evaluated, one batch for each of the resolutions. All TBB threads prepare
/// them; each sample is decoded once.
[[nodiscard]] std::vector<Batch> load_batches(const Dataset& dataset,
                                              const std::vector<std::size_t>& indices,
                                              const std::vector<int>& resolutions,
                                              const Preprocessing& preprocessing);

struct BatchOptions {
  std::size_t batch_size = 64;
  Augmentation augmentation = Augmentation::none;
  std::vector<int> resolutions;  ///< one is drawn for each batch
  Share share;                   ///< the part of each batch that get() yields; empty: all of it
  /// In page-locked memory, which a GPU reads while both it and this process work. REQUIRES CUDA.
  bool pinned = false;
};

/// The batches of a training phase, by step. Every epoch is a new permutation without the last
/// incomplete batch. What step s yields depends only on the constructor's arguments and s, so
/// training may continue at any step. While a batch is in use the next one is prepared.
class TrainingBatches {
 public:
  /// Throws Error when the set holds less than one batch.
  TrainingBatches(std::shared_ptr<const Dataset> dataset,
                  Preprocessing preprocessing,
                  BatchOptions options,
                  Random random);

  [[nodiscard]] std::int64_t steps_per_epoch() const;

  /// Fast when steps are asked for in order.
  [[nodiscard]] Batch get(std::int64_t step);

  /// The resolution of a step's batch.
  [[nodiscard]] int resolution(std::int64_t step) const;

 private:
  [[nodiscard]] Batch load(std::int64_t step);
  void order_epoch(std::int64_t epoch);

  std::shared_ptr<const Dataset> dataset_;
  Preprocessing preprocessing_;
  BatchOptions options_;
  Random random_;
  // Of the epoch that was loaded last; of no use to two threads at once.
  std::int64_t ordered_epoch_ = -1;
  std::vector<std::uint32_t> order_;
  std::int64_t ahead_step_ = -1;
  std::future<Batch> ahead_;
};

}  // namespace coppice

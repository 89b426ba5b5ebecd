// How good one network of a supernet is, on held-out training images and on the test set.
#pragma once

#include <functional>

#include "experiments/tensors/run_data.hpp"
#include "supernet/supernet.hpp"

namespace coppice {

struct NetworkAccuracy {
  double held_out = 0;  ///< percent
  double test = 0;      ///< percent
};

/// Batch norm is recalibrated on the run's calibration images first.
[[nodiscard]] NetworkAccuracy network_accuracy(const Supernet& supernet,
                                               const Architecture& architecture,
                                               const RunData& data,
                                               const PreparedImages& test,
                                               const RankGroup* ranks = nullptr);

/// Like evaluate, and the same to the last image for any number of threads: each batch is computed
/// on one. `logits` is called from several threads at once.
[[nodiscard]] Accuracy count_correct(
    const std::function<at::Tensor(const at::Tensor& images)>& logits,
    int resolution,
    const PreparedImages& images);

}  // namespace coppice

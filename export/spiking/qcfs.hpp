// Activations that a spiking network can keep up with: found by percentile, or trained.
//
// QCFS, the quantisation-clip-floor-shift activation (Bu et al., "Optimal ANN-SNN conversion for
// high-accuracy and ultra-low-latency spiking neural networks", ICLR 2022), is what an
// integrate-and-fire neuron with threshold t, soft reset and half a threshold at the start sends in
// L timesteps when its input arrives evenly:
//   y = t * clip(floor(x L / t + 1/2) / L, 0, 1)
// A network trained with it loses little when it becomes spiking, even for few timesteps.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "export/spiking/convert.hpp"
#include "supernet/subnet.hpp"
#include "supernet/training/batches.hpp"

namespace coppice {

/// QCFS of x [N, C, H, W] with one threshold a channel, [C], and `levels` >= 1; 0 levels: only
/// clipped, what infinitely many timesteps give. Differentiable in both: the gradient passes
/// through the floor as if it were not there.
[[nodiscard]] at::Tensor qcfs(const at::Tensor& x, const at::Tensor& thresholds, int levels);

/// By layer of the plan, [C] each; undefined for a layer without activation.
using ThresholdTensors = std::vector<at::Tensor>;

[[nodiscard]] Thresholds plain_thresholds(const ThresholdTensors& thresholds);

/// Of each channel the `percentile` (0 to 100) of its activations over the images (batches of
/// normalised ones), but at least a twentieth of the layer's largest such value: a channel that
/// hardly ever fires would get a threshold that any noise passes. Percentiles near 100 suit many
/// timesteps. REQUIRES a spikeable plan.
[[nodiscard]] ThresholdTensors percentile_thresholds(const Subnet& subnet,
                                                     const std::vector<at::Tensor>& images,
                                                     double percentile);

/// Logits of the network with QCFS activations of so many levels; 0: clipped only.
[[nodiscard]] at::Tensor qcfs_forward(const Subnet& subnet,
                                      const ThresholdTensors& thresholds,
                                      int levels,
                                      const at::Tensor& images);

struct QcfsOptions {
  double epochs = 2;
  int levels = 8;  ///< of the activations while training
  /// Uniform noise of up to so many levels is added to what enters the activations: spikes that
  /// arrive unevenly make a neuron send some too many or too few, and the network learns to bear
  /// it.
  double noise = 0.5;
  double rate = 0.02;  ///< peak learning rate at batch 64, after which a cosine falls to 0
  std::size_t batch_size = 64;
  double weight_decay = 1e-4;
  std::uint64_t seed = 1;
  /// Told the steps done and of how many, and the loss; may throw to stop. May be empty.
  std::function<void(std::int64_t done, std::int64_t total, double loss)> progress;
};

/// Trains weights, batch norm and thresholds with QCFS activations on the labels and on the logits
/// of `teacher`. Both arguments are changed in place.
void finetune_qcfs(Subnet& subnet,
                   ThresholdTensors& thresholds,
                   const Subnet& teacher,
                   TrainingBatches& batches,
                   const QcfsOptions& options);

}  // namespace coppice

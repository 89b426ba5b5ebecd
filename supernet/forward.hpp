// Runs a layer plan on tensors: the one executor behind the supernet, its subnets and the teacher.
#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "supernet/space/layer_arrays.hpp"
#include "supernet/space/layer_plan.hpp"

namespace coppice {

using LayerTensors = LayerArrays<at::Tensor>;

/// What batch normalisation does.
enum class NormMode {
  running,  ///< normalises with the stored statistics (evaluation)
  batch,    ///< normalises with the batch's and updates the stored ones in place (training)
  observe   ///< normalises with the batch's and hands them to `observe_norm` (calibration)
};

/// What is stored between the layers of a network that learns, and multiplied. Weights, sums and
/// statistics are always float32.
enum class Precision {
  fp32,
  bf16  ///< half the memory traffic; on CPU only where fused_layers (elastic/trunk.hpp) applies
};

/// The part of a batch that this process has, where several share one (distributed.hpp).
struct BatchShare {
  std::int64_t first = 0;  ///< place of its first image in the whole batch
  std::int64_t whole = 0;  ///< images of the whole batch; 0: this process has all of them
  /// Adds up the processes' tensors, in place: NormMode::batch and observe use the statistics of
  /// the whole batch. Empty: those of this process's images.
  std::function<void(const at::Tensor& tensor)> sum;
};

struct ForwardOptions {
  NormMode norm = NormMode::running;
  double norm_momentum = 0.1;
  Precision precision = Precision::fp32;
  double dropout = 0;            ///< before linear layers; 0 in evaluation
  at::Generator dropout_source;  ///< draws the dropped features; undefined: libtorch's own
  BatchShare share;
  /// Called on the way back with the name of a layer all of whose gradients are complete. Layers
  /// that it is not called for are complete when the way back is.
  std::function<void(const std::string& layer)> layer_done;
  /// Called in order for each normalised layer with its index in the plan, the batch's mean and
  /// its biased variance (NormMode::observe).
  std::function<void(std::size_t layer, const at::Tensor& mean, const at::Tensor& variance)>
      observe_norm;
  /// Called in place of each activation but `none`, with the layer's index in the plan and the
  /// values before it; returns those after it. Empty: the plan's activations.
  std::function<at::Tensor(std::size_t layer, const at::Tensor& x)> activate;
};

/// The tensors of a layer of the plan: a slice of shared ones, or a subnet's own.
using TensorsOf = std::function<LayerTensors(const Layer& layer, std::size_t index)>;

/// Images [N, channels, r, r], normalised float32 -> logits [N, classes]. Works in the
/// channels-last layout. Throws Error when the images' shape is not the plan's.
[[nodiscard]] at::Tensor run_layers(const LayerPlan& plan,
                                    const TensorsOf& tensors_of,
                                    const at::Tensor& images,
                                    const ForwardOptions& options);

}  // namespace coppice

// A stand-alone network cut from a supernet: owns its weights and its statistics.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "supernet/forward.hpp"
#include "supernet/space/architecture.hpp"
#include "supernet/space/plain_network.hpp"

namespace coppice {

/// Const methods may be called from many threads at once.
class Subnet {
 public:
  /// `layers` has one entry a layer of the plan.
  Subnet(Architecture architecture, LayerPlan plan, std::vector<LayerTensors> layers);

  /// Normalised float32 images [N, C, r, r] -> logits [N, classes], with stored statistics and
  /// without recording gradients.
  [[nodiscard]] at::Tensor forward(const at::Tensor& images) const;

  /// The general form: training, calibration.
  [[nodiscard]] at::Tensor forward(const at::Tensor& images, const ForwardOptions& options) const;

  [[nodiscard]] const Architecture& architecture() const noexcept { return architecture_; }
  [[nodiscard]] const LayerPlan& plan() const noexcept { return plan_; }
  [[nodiscard]] std::vector<LayerTensors>& layers() noexcept { return layers_; }
  [[nodiscard]] const std::vector<LayerTensors>& layers() const noexcept { return layers_; }

  /// Moves all tensors. Images may lie anywhere: forward brings them along.
  void to(const at::Device& device);

  /// A copy as plain data, for exporters.
  [[nodiscard]] PlainNetwork plain() const;

  /// A copy whose normalisation is folded into the convolutions: faster, for inference only.
  [[nodiscard]] Subnet folded() const;

 private:
  Architecture architecture_;
  LayerPlan plan_;
  std::vector<LayerTensors> layers_;
};

}  // namespace coppice

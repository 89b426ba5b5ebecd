// A subnet in 8 bits: how its values range on real images, and what it then computes.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "export/quantization.hpp"
#include "supernet/subnet.hpp"

namespace coppice {

/// Ranges of every value that an 8-bit file quantises, over all images of the batches (normalised,
/// at the subnet's resolution). REQUIRES at least one batch.
[[nodiscard]] ValueRanges observe_ranges(const Subnet& subnet,
                                         const std::vector<at::Tensor>& batches);

/// Computes what the 8-bit ONNX file of the same ranges computes, in float32 tensors that hold
/// only what 8 bits can: weights and values are rounded as there. Runtimes add in integers and may
/// round half a step the other way, so logits agree closely, not exactly.
class QuantizedSubnet {
 public:
  QuantizedSubnet(const Subnet& subnet, ValueRanges ranges);

  /// Normalised float32 images -> logits.
  [[nodiscard]] at::Tensor forward(const at::Tensor& images) const;

  [[nodiscard]] const LayerPlan& plan() const noexcept { return subnet_.plan(); }

 private:
  Subnet subnet_;
  ValueRanges ranges_;
};

}  // namespace coppice

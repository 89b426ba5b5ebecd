// What the fused executor remembers of a forward pass, and the way back (see trunk.hpp).
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/csrc/autograd/function.h>

#include <vector>

#include "supernet/elastic/trunk.hpp"
#include "supernet/kernels/depthwise.hpp"
#include "supernet/kernels/gemm_loops.hpp"
#include "supernet/kernels/lazy_images.hpp"

namespace coppice {

/// The output of a layer: its images and, on the way back, their gradient. Tensors own what the
/// pointers of `images` show.
struct TrunkValue {
  LazyImages images;
  at::Tensor stored;             ///< [rows, channels] in the format of the step
  at::Tensor mean;               ///< [channels] of the batch, as the next four
  at::Tensor inverse_deviation;  ///< 1 / sqrt(variance + eps)
  at::Tensor scale;              ///< gamma / deviation
  at::Tensor shift;              ///< beta
  at::Tensor gate;               ///< [N, channels] of squeeze-and-excite, as the next three
  at::Tensor pooled;             ///< its input
  at::Tensor hidden;             ///< [N, hidden], activated
  at::Tensor gate_input;         ///< before the h-sigmoid

  at::Tensor gradient;  ///< like stored, of the value; undefined: zero
  at::Tensor addend;    ///< [N, channels], see LazyGradient
  const float* gradient_gate = nullptr;
  at::Tensor offset;  ///< [channels], see ChannelSlope
  at::Tensor slope;
};

struct TrunkTape {
  LayerPlan plan;                     ///< of the trunk's layers alone
  std::vector<int> first_uses;        ///< by value, see trunk_plan.hpp
  std::vector<LayerTensors> tensors;  ///< by layer
  std::vector<TrunkValue> values;     ///< value i + 1 is the output of layer i
  at::ScalarType type = at::kFloat;   ///< of stored values
  const GemmLoops* loops = nullptr;
  BatchShare share;
  std::function<void(const std::string& layer)> layer_done;  ///< see ForwardOptions

  [[nodiscard]] TrunkValue& output(std::size_t layer) { return values[layer + 1]; }
  [[nodiscard]] TrunkValue& input(std::size_t layer) {
    return values[value_index(plan.layers[layer].input)];
  }
};

[[nodiscard]] Stored stored_in(const at::Tensor& tensor);

/// A pointwise weight [out, in, 1, 1], or a dense one as the matrix that patches are multiplied
/// with, where it lies.
[[nodiscard]] FloatMatrix matrix_of(const at::Tensor& weight);

/// The weight of the first, dense convolution in the order of gather_patches.
[[nodiscard]] at::Tensor patch_weight(const at::Tensor& weight);

/// Of a depthwise layer on so many images.
[[nodiscard]] DepthwiseShape depthwise_shape_of(const Layer& layer, std::int64_t images);

[[nodiscard]] bool is_normed(const TrunkValue& value);

/// Goes back through all layers. `features` is the gradient of the pooled features. Gradients are
/// added to the parameters'; those of weights that were computed (not stored) are returned, by
/// layer.
[[nodiscard]] std::vector<at::Tensor> backward_trunk(TrunkTape& tape, const at::Tensor& features);

}  // namespace coppice

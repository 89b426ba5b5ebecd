#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/hardsigmoid_backward.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>

#include "supernet/base/error.hpp"
#include "supernet/elastic/fast_path.hpp"
#include "supernet/elastic/gradient_slot.hpp"
#include "supernet/elastic/shared_norm.hpp"
#include "supernet/elastic/trunk_plan.hpp"
#include "supernet/elastic/trunk_tape.hpp"
#include "supernet/kernels/depthwise_layer.hpp"
#include "supernet/kernels/image_passes.hpp"
#include "supernet/kernels/norm_activation.hpp"
#include "supernet/kernels/pointwise_layer.hpp"

namespace coppice {
namespace {

void add_to(const at::Tensor& parameter, const at::Tensor& gradient) {
  const GradientSlot slot(parameter);
  if (!slot.wanted()) return;
  require(slot.in_place(), "only weights of convolutions may be computed from others");
  slot.gradient().add_(gradient.view(parameter.sizes()));
}

at::Tensor vector_of(const std::vector<float>& values) {
  at::Tensor tensor = at::empty({static_cast<std::int64_t>(values.size())}, at::kFloat);
  std::copy(values.begin(), values.end(), tensor.data_ptr<float>());
  return tensor;
}

class Backward {
 public:
  explicit Backward(TrunkTape& tape) : tape_(tape), of_weights_(tape.plan.layers.size()) {}

  std::vector<at::Tensor> run(const at::Tensor& features) {
    pool(features);
    for (std::size_t i = tape_.plan.layers.size() - 1; i-- > 0;) {
      const Layer& layer = tape_.plan.layers[i];
      if (layer.kind == LayerKind::squeeze_excite) {
        squeeze_excite(i);
      } else if (layer.kind == LayerKind::add) {
        add(i);
      } else if (i == 0) {
        first_convolution();
      } else if (is_pointwise(layer)) {
        pointwise(i);
      } else {
        depthwise(i);
      }
      tape_.output(i) = {};  // what it held is not needed below
      tell_done(i);
    }
    return std::move(of_weights_);
  }

 private:
  // Its normalisation's gradients came with those of the layer that read it.
  void tell_done(std::size_t index) const {
    const GradientSlot slot(tape_.tensors[index].weight);
    const bool follows = slot.wanted() && !slot.in_place();  // from autograd
    if (tape_.layer_done && !follows) tape_.layer_done(tape_.plan.layers[index].name);
  }

  void pool(const at::Tensor& features) {
    const std::size_t index = tape_.plan.layers.size() - 1;
    TrunkValue& in = tape_.input(index);
    in.addend = features.reshape({in.images.images, in.images.channels}) /
                static_cast<double>(in.images.pixels);
    finish_separately(index);
  }

  static LazyGradient gradient_of(const TrunkValue& value) {
    LazyGradient gradient;
    gradient.images = value.images;
    gradient.images.gate = value.gradient_gate;
    if (value.gradient.defined()) gradient.of_value = stored_in(value.gradient);
    if (value.addend.defined()) gradient.addend = value.addend.data_ptr<float>();
    if (value.slope.defined()) {
      gradient.slope = {value.offset.data_ptr<float>(), value.slope.data_ptr<float>()};
    }
    return gradient;
  }

  // All of the gradient of layer `index`'s input is known: what depends on its sums.
  void finish(std::size_t index, std::vector<double> totals) {
    TrunkValue& value = tape_.input(index);
    const LayerTensors& t = tape_.tensors[static_cast<std::size_t>(tape_.plan.layers[index].input)];
    const auto* inverse_deviation = value.inverse_deviation.data_ptr<float>();
    NormShape shape{value.images.rows(), value.images.channels};
    const NormSlopes own(shape, totals, inverse_deviation);
    // Each process's part of the parameters' gradients is added to the others' later.
    add_to(t.norm_weight, vector_of(own.gamma));
    add_to(t.norm_bias, vector_of(own.beta));
    sum_over_ranks(tape_.share, value.images.images, shape, totals);
    const NormSlopes whole(shape, totals, inverse_deviation);
    value.offset = vector_of(whole.offset);
    value.slope = vector_of(whole.slope);
  }

  void finish_separately(std::size_t index) {
    finish(index, lazy_gradient_sums(gradient_of(tape_.input(index)), run_on_pool));
  }

  // Gives the gradient of layer `index`'s input a place and says how a convolution fills it.
  ImageGradient input_target(std::size_t index, std::vector<double>& totals) {
    TrunkValue& value = tape_.input(index);
    ImageGradient target;
    target.accumulate = value.gradient.defined();
    if (!target.accumulate) value.gradient = at::empty_like(value.stored);
    target.of_value = stored_in(value.gradient);
    if (is_last(index)) {
      totals.resize(static_cast<std::size_t>(2 * value.images.channels));
      target.norm_totals = totals.data();
    }
    return target;
  }

  // Whether the gradient of the layer's input is complete with this layer's part, and a norm waits
  // for its sums. Behind a gate they depend on more.
  [[nodiscard]] bool is_last(std::size_t index) {
    const auto value = value_index(tape_.plan.layers[index].input);
    return tape_.first_uses[value] == static_cast<int>(index) && is_normed(tape_.values[value]) &&
           tape_.values[value].images.gate == nullptr;
  }

  void pointwise(std::size_t index) {
    std::vector<double> totals;
    TrunkValue& in = tape_.input(index);
    const ImageGradient target = input_target(index, totals);
    const GradientSlot slot(tape_.tensors[index].weight);
    const at::Tensor weight =
        slot.in_place() ? tape_.tensors[index].weight : tape_.tensors[index].weight.contiguous();
    at::Tensor gradient = slot.in_place() ? slot.gradient() : at::zeros_like(weight);
    pointwise_backward(in.images,
                       gradient_of(tape_.output(index)),
                       {matrix_of(weight), tape_.loops},
                       gradient.data_ptr<float>(),
                       target,
                       run_on_pool);
    if (!slot.in_place()) of_weights_[index] = gradient;
    if (!totals.empty()) finish(index, totals);
  }

  void depthwise(std::size_t index) {
    std::vector<double> totals;
    const LazyImages& in = tape_.input(index).images;
    const ImageGradient target = input_target(index, totals);
    const at::Tensor weight = with_dense_kernels(tape_.tensors[index].weight);
    at::Tensor gradient = at::empty(weight.sizes(), at::kFloat);
    depthwise_layer_backward(depthwise_shape_of(tape_.plan.layers[index], in.images),
                             in,
                             gradient_of(tape_.output(index)),
                             {weight.data_ptr<float>(), weight.stride(0), nullptr},
                             gradient.data_ptr<float>(),
                             target,
                             run_on_pool);
    give(index, gradient);
    if (!totals.empty()) finish(index, totals);
  }

  void first_convolution() {
    const at::Tensor& stored = tape_.tensors[0].weight;
    const at::Tensor weight = patch_weight(stored);
    at::Tensor gradient = at::zeros_like(weight);
    pointwise_backward(tape_.values[0].images,
                       gradient_of(tape_.output(0)),
                       {matrix_of(weight), tape_.loops},
                       gradient.data_ptr<float>(),
                       {},
                       run_on_pool);
    const auto k = stored.size(2);
    give(0, gradient.view({stored.size(0), k, k, stored.size(1)}).permute({0, 3, 1, 2}));
  }

  // The gradient of a layer's weight, to the parameter or to autograd.
  void give(std::size_t index, const at::Tensor& gradient) {
    const GradientSlot slot(tape_.tensors[index].weight);
    if (!slot.wanted()) return;
    if (slot.in_place()) {
      slot.gradient().add_(gradient);
    } else {
      of_weights_[index] = gradient;
    }
  }

  void squeeze_excite(std::size_t index) {
    const LayerTensors& t = tape_.tensors[index];
    TrunkValue& out = tape_.output(index);
    TrunkValue& in = tape_.input(index);
    at::Tensor of_gate = at::empty_like(out.gate);
    lazy_gate_gradient(in.images, stored_in(out.gradient), of_gate.data_ptr<float>(), run_on_pool);
    const at::Tensor of_expanded = at::hardsigmoid_backward(of_gate, out.gate_input);
    const at::Tensor of_hidden =
        at::mm(of_expanded, t.expand_weight.flatten(1)).mul_(out.hidden.gt(0));
    add_to(t.expand_weight, at::mm(of_expanded.t(), out.hidden));
    add_to(t.expand_bias, of_expanded.sum(0));
    add_to(t.reduce_weight, at::mm(of_hidden.t(), out.pooled));
    add_to(t.reduce_bias, of_hidden.sum(0));
    in.addend =
        at::mm(of_hidden, t.reduce_weight.flatten(1)).div_(static_cast<double>(in.images.pixels));
    in.gradient = out.gradient;
    in.gate = out.gate;
    in.gradient_gate = in.gate.data_ptr<float>();
    finish_separately(index);
  }

  void add(std::size_t index) {
    const at::Tensor gradient = tape_.output(index).gradient;
    TrunkValue& in = tape_.input(index);
    in.gradient = gradient;
    finish_separately(index);
    // The gradient is shared: what the shortcut's value adds to it later is added after the input
    // has been dealt with, for its layer follows next.
    const auto shortcut = value_index(tape_.plan.layers[index].shortcut);
    TrunkValue& other = tape_.values[shortcut];
    if (other.gradient.defined()) {
      other.gradient.add_(gradient);
    } else {
      other.gradient = gradient;
    }
  }

  TrunkTape& tape_;
  std::vector<at::Tensor> of_weights_;
};

}  // namespace

Stored stored_in(const at::Tensor& tensor) {
  const bool half = tensor.scalar_type() == at::kBFloat16;
  return {tensor.data_ptr(), half ? Format::bfloat16 : Format::float32};
}

FloatMatrix matrix_of(const at::Tensor& weight) {
  return {weight.data_ptr<float>(), weight.stride(0), weight.size(0), weight.size(1)};
}

at::Tensor patch_weight(const at::Tensor& weight) {
  return weight.detach().permute({0, 2, 3, 1}).contiguous().flatten(1);
}

bool is_normed(const TrunkValue& value) { return value.images.norm.mean != nullptr; }

DepthwiseShape depthwise_shape_of(const Layer& layer, std::int64_t images) {
  DepthwiseShape shape;
  shape.batch = images;
  shape.channels = layer.in_channels;
  shape.height = shape.width = layer.in_size;
  shape.kernel = layer.kernel;
  shape.stride = layer.stride;
  return shape;
}

std::vector<at::Tensor> backward_trunk(TrunkTape& tape, const at::Tensor& features) {
  return Backward(tape).run(features);
}

}  // namespace coppice

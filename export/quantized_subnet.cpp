#include "export/quantized_subnet.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "export/format.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

// Sees every value of a network that an 8-bit file quantises and says what is passed on.
using Place = std::function<at::Tensor(const std::string& name, const at::Tensor& value)>;

at::Tensor convolved(const at::Tensor& x, const Layer& layer, const LayerTensors& t) {
  const int padding = layer.kernel / 2;
  return at::conv2d(
      x, t.weight, t.bias, {layer.stride, layer.stride}, {padding, padding}, {1, 1}, layer.groups);
}

// Values are named as in onnx_file.cpp.
at::Tensor activated(const at::Tensor& x, const Layer& layer, const Place& place) {
  const std::string name = layer.name + "." + to_text(layer.activation);
  switch (layer.activation) {
    case Activation::relu:
      return place(name, at::relu(x));
    case Activation::relu6:
      return place(name, at::clamp(x, 0, 6));
    case Activation::h_swish: {
      const at::Tensor placed = place(layer.name, x);
      return place(name, placed * at::hardsigmoid(placed));
    }
    case Activation::none:
      break;
  }
  return place(layer.name, x);
}

at::Tensor gated(const at::Tensor& x,
                 const Layer& layer,
                 const LayerTensors& t,
                 const Place& place) {
  at::Tensor gate = place(layer.name + ".mean", at::mean(x, {2, 3}, true));
  gate = at::conv2d(gate, t.reduce_weight, t.reduce_bias);
  gate = place(layer.name + ".relu", at::relu(gate));
  gate = place(layer.name + ".expand", at::conv2d(gate, t.expand_weight, t.expand_bias));
  return place(layer.name, x * at::hardsigmoid(gate));
}

at::Tensor computed(const Layer& layer,
                    const LayerTensors& t,
                    const at::Tensor& x,
                    const at::Tensor& shortcut,
                    const Place& place) {
  const int k = layer.kernel;
  switch (layer.kind) {
    case LayerKind::conv:
      return activated(convolved(x, layer, t), layer, place);
    case LayerKind::squeeze_excite:
      return gated(x, layer, t, place);
    case LayerKind::add:
      return activated(x + shortcut, layer, place);
    case LayerKind::max_pool:
      return place(layer.name,
                   at::max_pool2d(x, {k, k}, {layer.stride, layer.stride}, {k / 2, k / 2}));
    case LayerKind::avg_pool:
      return place(layer.name,
                   at::avg_pool2d(x, {k, k}, {layer.stride, layer.stride}, {0, 0}, true));
    case LayerKind::global_pool:
      return place(layer.name, at::mean(x, {2, 3}, true));
    case LayerKind::linear:
      return at::linear(place(layer.name + ".flatten", x.flatten(1)), t.weight, t.bias);
  }
  throw Error("unknown kind of layer");
}

// `subnet` is folded.
at::Tensor run(const Subnet& subnet, const at::Tensor& images, const Place& place) {
  const at::NoGradGuard no_grad;
  const auto& layers = subnet.plan().layers;
  const std::vector<int> uses = last_uses(subnet.plan());
  std::vector<at::Tensor> values{place(kInputName, images)};
  const auto value = [&values](int layer) { return values[value_index(layer)]; };
  for (std::size_t i = 0; i < layers.size(); ++i) {
    values.push_back(computed(
        layers[i], subnet.layers()[i], value(layers[i].input), value(layers[i].shortcut), place));
    for (std::size_t v = 0; v <= i; ++v) {
      if (uses[v] == static_cast<int>(i)) values[v].reset();
    }
  }
  return values.back();
}

at::Tensor tensor_of(const PlainTensor& plain) {
  at::Tensor tensor = at::empty(plain.shape);
  std::copy(plain.values.begin(), plain.values.end(), tensor.data_ptr<float>());
  return tensor;
}

}  // namespace

ValueRanges observe_ranges(const Subnet& subnet, const std::vector<at::Tensor>& batches) {
  const Subnet folded = subnet.folded();
  ValueRanges ranges;
  const Place observe = [&ranges](const std::string& name, const at::Tensor& value) {
    const float low = value.min().item<float>();
    const float high = value.max().item<float>();
    const auto [place, is_new] = ranges.emplace(name, ValueRange{low, high});
    if (!is_new) {
      place->second.low = std::min(place->second.low, low);
      place->second.high = std::max(place->second.high, high);
    }
    return value;
  };
  for (const at::Tensor& batch : batches) static_cast<void>(run(folded, batch, observe));
  return ranges;
}

QuantizedSubnet::QuantizedSubnet(const Subnet& subnet, ValueRanges ranges)
    : subnet_(subnet.folded()), ranges_(std::move(ranges)) {
  const PlainNetwork plain = subnet_.plain();
  // The scale of a layer's input moves only how its bias is rounded, by less than a value's step.
  constexpr float kFine = 1e-3F;
  const auto rounded = [](const PlainTensor& weight, const PlainTensor& bias) {
    return tensor_of(dequantized(quantize_weight(weight, bias, kFine)));
  };
  for (std::size_t i = 0; i < plain.layers.size(); ++i) {
    const PlainLayer& from = plain.layers[i];
    LayerTensors& to = subnet_.layers()[i];
    if (to.weight.defined()) to.weight = rounded(from.weight, from.bias);
    if (to.reduce_weight.defined()) {
      to.reduce_weight = rounded(from.reduce_weight, from.reduce_bias);
      to.expand_weight = rounded(from.expand_weight, from.expand_bias);
    }
  }
}

at::Tensor QuantizedSubnet::forward(const at::Tensor& images) const {
  return run(subnet_, images, [this](const std::string& name, const at::Tensor& value) {
    const auto found = ranges_.find(name);
    if (found == ranges_.end()) return value;
    const ValueScale scale = scale_of(found->second);
    return at::fake_quantize_per_tensor_affine(value, scale.scale, scale.zero_point, 0, 255);
  });
}

}  // namespace coppice

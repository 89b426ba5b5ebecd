#include "export/spiking/replace.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/hardsigmoid.h>
#include <ATen/ops/relu.h>

#include <map>
#include <utility>

#include "export/spiking/spikeable.hpp"
#include "supernet/base/error.hpp"
#include "supernet/calibration.hpp"
#include "supernet/elastic/fast_ops.hpp"

namespace coppice {
namespace {

at::Tensor gate_of(const at::Tensor& x, const LayerTensors& t) {
  const at::Tensor mean = x.mean({2, 3}, /*keepdim=*/true);
  const at::Tensor hidden = at::relu(at::conv2d(mean, t.reduce_weight, t.reduce_bias));
  return at::hardsigmoid(at::conv2d(hidden, t.expand_weight, t.expand_bias));
}

// By index of the squeeze-excite: its mean gate, [C]. Its input is the activation of the layer
// before it.
std::map<std::size_t, at::Tensor> mean_gates(const Subnet& subnet,
                                             const std::vector<at::Tensor>& images) {
  const auto& layers = subnet.plan().layers;
  std::map<std::size_t, at::Tensor> gates;
  double total = 0;
  for (const at::Tensor& batch : images) total += static_cast<double>(batch.size(0));
  ForwardOptions options;
  options.activate = [&](std::size_t layer, const at::Tensor& x) {
    at::Tensor y = activate(x, layers[layer].activation);
    const std::size_t next = layer + 1;
    if (layers[next].kind == LayerKind::squeeze_excite) {
      const at::Tensor sum = gate_of(y, subnet.layers()[next]).sum(0).flatten() / total;
      gates[next] = gates.count(next) > 0 ? gates[next] + sum : sum;
    }
    return y;
  };
  for (const at::Tensor& batch : images) static_cast<void>(subnet.forward(batch, options));
  return gates;
}

// The layers without those that have a gate, which goes into the weights of their readers.
Subnet without(const Subnet& subnet, const std::map<std::size_t, at::Tensor>& gates) {
  LayerPlan plan = subnet.plan();
  plan.layers.clear();
  std::vector<LayerTensors> tensors;
  std::vector<int> place{kNetworkInput};  // of layer i - 1 in the new plan
  for (std::size_t i = 0; i < subnet.plan().layers.size(); ++i) {
    Layer layer = subnet.plan().layers[i];
    const auto source = value_index(layer.input);
    if (gates.count(i) > 0) {
      place.push_back(place[source]);
      continue;
    }
    LayerTensors own = subnet.layers()[i];
    const auto gate = gates.find(source - 1);
    if (source > 0 && gate != gates.end()) {
      own.weight = own.weight * gate->second.view({1, -1, 1, 1});
    }
    if (layer.activation == Activation::h_swish) layer.activation = Activation::relu;
    layer.input = place[source];
    layer.shortcut = place[value_index(layer.shortcut)];
    place.push_back(static_cast<int>(plan.layers.size()));
    plan.layers.push_back(layer);
    tensors.push_back(own);
  }
  return {subnet.architecture(), std::move(plan), std::move(tensors)};
}

}  // namespace

Subnet replace_unspikeable(const Subnet& subnet, const std::vector<at::Tensor>& images) {
  const at::NoGradGuard no_grad;
  require(!images.empty(), "replacing what cannot spike needs at least one batch of images");
  Subnet replaced = without(subnet, mean_gates(subnet, images));
  require_spikeable(replaced.plan());
  calibrate(replaced, images);
  return replaced;
}

}  // namespace coppice

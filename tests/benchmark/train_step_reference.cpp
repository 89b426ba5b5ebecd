#include "tests/benchmark/train_step_reference.hpp"

#include <ATen/Functions.h>
#include <torch/nn/functional/loss.h>

#include <vector>

namespace coppice {
namespace {

std::vector<at::Tensor> tensors_of(const Supernet& supernet) {
  std::vector<at::Tensor> tensors;
  for (const NamedTensor& parameter : supernet.parameters()) tensors.push_back(parameter.tensor);
  return tensors;
}

torch::optim::SGDOptions sgd_options() {
  return torch::optim::SGDOptions(0.01).momentum(0.9).nesterov(true).weight_decay(3e-5);
}

at::Tensor first(const at::Tensor& tensor, std::int64_t count) {
  return tensor.slice(0, 0, count).contiguous();
}

at::Tensor first(const at::Tensor& tensor, std::int64_t rows, std::int64_t columns) {
  return tensor.slice(0, 0, rows).slice(1, 0, columns).contiguous();
}

at::Tensor activated(const at::Tensor& x, Activation activation) {
  if (activation == Activation::h_swish) return x * (at::relu6(x + 3) / 6);
  return activation == Activation::relu ? at::relu(x) : x;
}

}  // namespace

ReferenceStep::ReferenceStep(const Supernet& supernet, at::MemoryFormat layout)
    : supernet_(supernet), layout_(layout), sgd_(tensors_of(supernet), sgd_options()) {}

at::Tensor ReferenceStep::run(const at::Tensor& images,
                              const at::Tensor& labels,
                              const Architecture& architecture) {
  sgd_.zero_grad();
  const at::Tensor logits = forward(images.contiguous(layout_), architecture);
  at::Tensor loss = torch::nn::functional::cross_entropy(logits, labels);
  loss.backward();
  sgd_.step();
  return loss;
}

at::Tensor ReferenceStep::forward(at::Tensor x, const Architecture& architecture) const {
  std::vector<at::Tensor> values{std::move(x)};
  for (const Layer& next : plan_layers(supernet_.space(), architecture).layers) {
    const at::Tensor& input = values[value_index(next.input)];
    values.push_back(next.kind == LayerKind::add ? input + values[value_index(next.shortcut)]
                                                 : layer(next, input));
  }
  return values.back();
}

at::Tensor ReferenceStep::layer(const Layer& layer, const at::Tensor& x) const {
  if (layer.kind == LayerKind::conv) return conv(layer, x);
  if (layer.kind == LayerKind::squeeze_excite) return squeeze_excite(layer, x);
  if (layer.kind == LayerKind::global_pool) return x.mean({2, 3}, /*keepdim=*/true);
  const LayerTensors& t = supernet_.stored(layer.name);
  const at::Tensor features = at::dropout(x.flatten(1), supernet_.space().spec().dropout, true);
  return at::linear(features, first(t.weight, layer.out_channels, layer.in_channels), t.bias);
}

at::Tensor ReferenceStep::conv(const Layer& layer, const at::Tensor& x) const {
  const LayerTensors& t = supernet_.stored(layer.name);
  const std::int64_t out = layer.out_channels;
  at::Tensor weight = first(t.weight, out, layer.in_channels / layer.groups);
  if (weight.size(2) != layer.kernel) {
    weight = active_kernel(weight, supernet_.transforms(layer.name), layer.kernel).contiguous();
  }
  const std::int64_t padding = layer.kernel / 2;
  at::Tensor y = at::conv2d(
      x, weight, {}, {layer.stride, layer.stride}, {padding, padding}, {1, 1}, layer.groups);
  if (layer.batch_norm) {
    y = at::batch_norm(y,
                       t.norm_weight.slice(0, 0, out),
                       t.norm_bias.slice(0, 0, out),
                       t.norm_mean.slice(0, 0, out),
                       t.norm_variance.slice(0, 0, out),
                       /*training=*/true,
                       /*momentum=*/0.1,
                       /*eps=*/1e-5,
                       /*cudnn_enabled=*/false);
  }
  return activated(y, layer.activation);
}

at::Tensor ReferenceStep::squeeze_excite(const Layer& layer, const at::Tensor& x) const {
  const LayerTensors& t = supernet_.stored(layer.name);
  const std::int64_t channels = layer.in_channels;
  const std::int64_t hidden = layer.hidden_channels;
  at::Tensor gate = x.mean(3, true).mean(2, true);
  gate = at::relu(
      at::conv2d(gate, first(t.reduce_weight, hidden, channels), first(t.reduce_bias, hidden)));
  gate = at::conv2d(gate, first(t.expand_weight, channels, hidden), first(t.expand_bias, channels));
  return x * (at::relu6(gate + 3) / 6);
}

}  // namespace coppice

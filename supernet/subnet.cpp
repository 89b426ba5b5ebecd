#include "supernet/subnet.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/sqrt.h>

#include <utility>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

PlainTensor plain_tensor(const at::Tensor& tensor) {
  PlainTensor plain;
  if (!tensor.defined()) return plain;
  const at::Tensor dense = tensor.detach().to(at::kCPU, at::kFloat).contiguous();
  plain.shape = dense.sizes().vec();
  const float* values = dense.data_ptr<float>();
  plain.values.assign(values, values + dense.numel());
  return plain;
}

void fold(LayerTensors& t, double eps) {
  if (!t.norm_weight.defined()) return;
  const at::Tensor scale =
      t.norm_weight.to(at::kDouble) / at::sqrt(t.norm_variance.to(at::kDouble) + eps);
  const at::Tensor bias = t.norm_bias.to(at::kDouble) - t.norm_mean.to(at::kDouble) * scale;
  t.weight = (t.weight.to(at::kDouble) * scale.view({-1, 1, 1, 1})).to(at::kFloat);
  t.bias = bias.to(at::kFloat);
  t.norm_weight = t.norm_bias = t.norm_mean = t.norm_variance = at::Tensor();
}

}  // namespace

Subnet::Subnet(Architecture architecture, LayerPlan plan, std::vector<LayerTensors> layers)
    : architecture_(std::move(architecture)), plan_(std::move(plan)), layers_(std::move(layers)) {
  require(layers_.size() == plan_.layers.size(), "a subnet needs one set of tensors a layer");
}

at::Tensor Subnet::forward(const at::Tensor& images) const {
  const at::NoGradGuard no_grad;
  return forward(images, ForwardOptions{});
}

at::Tensor Subnet::forward(const at::Tensor& images, const ForwardOptions& options) const {
  const auto own = [this](const Layer&, std::size_t index) { return layers_[index]; };
  return run_layers(plan_, own, images.to(layers_.front().weight.device()), options);
}

void Subnet::to(const at::Device& device) {
  for (LayerTensors& layer : layers_) {
    visit_arrays(layer, [&device](const char*, at::Tensor& tensor) {
      if (tensor.defined()) tensor = tensor.to(device);
    });
  }
}

PlainNetwork Subnet::plain() const {
  PlainNetwork network;
  network.plan = plan_;
  for (const LayerTensors& tensors : layers_) {
    PlainLayer layer;
    visit_arrays(tensors, layer, [](const char*, const at::Tensor& from, PlainTensor& to) {
      to = plain_tensor(from);
    });
    network.layers.push_back(std::move(layer));
  }
  return network;
}

Subnet Subnet::folded() const {
  const at::NoGradGuard no_grad;
  Subnet copy = *this;
  for (LayerTensors& tensors : copy.layers_) fold(tensors, plan_.batch_norm_eps);
  for (Layer& layer : copy.plan_.layers) layer.batch_norm = false;
  return copy;
}

}  // namespace coppice

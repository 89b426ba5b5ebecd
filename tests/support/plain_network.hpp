// A network of a supernet in plain libtorch operations: what fast paths of training are compared
// with.
#pragma once

#include <ATen/ATen.h>

#include <map>
#include <string>
#include <vector>

#include "supernet/supernet.hpp"

namespace coppice {

class PlainReference {
 public:
  /// Copies the weights and statistics of `net` as numbers of `type`; its own require gradients.
  PlainReference(const Supernet& net, at::ScalarType type) : space_(net.space()), type_(type) {
    for (const NamedTensor& parameter : net.parameters()) {
      tensors_[parameter.name] = parameter.tensor.detach().to(type_).clone().requires_grad_(true);
    }
    for (const NamedTensor& statistic : net.statistics()) {
      tensors_[statistic.name] = statistic.tensor.detach().to(type_).clone();
    }
    for (const Layer& layer : net.full_plan().layers) {
      sizes_[layer.name] = net.transforms(layer.name).sizes;
    }
  }

  /// A parameter or statistic by the supernet's name for it.
  [[nodiscard]] const at::Tensor& tensor(const std::string& name) const {
    return tensors_.at(name);
  }

  /// Training mode: batch statistics, running ones updated; no dropout.
  [[nodiscard]] at::Tensor forward(const at::Tensor& images, const Architecture& architecture) {
    const LayerPlan plan = plan_layers(space_, architecture);
    std::vector<at::Tensor> values{images.to(type_)};
    for (const Layer& next : plan.layers) {
      const at::Tensor& x = values[value_index(next.input)];
      if (next.kind == LayerKind::add) {
        values.push_back(x + values[value_index(next.shortcut)]);
      } else if (next.kind == LayerKind::conv) {
        values.push_back(conv(next, x, plan.batch_norm_eps));
      } else if (next.kind == LayerKind::squeeze_excite) {
        values.push_back(squeeze_excite(next, x));
      } else if (next.kind == LayerKind::global_pool) {
        values.push_back(x.mean({2, 3}, true));
      } else {
        values.push_back(
            at::linear(x.flatten(1),
                       part(next, "weight", next.out_channels).narrow(1, 0, next.in_channels),
                       part(next, "bias", next.out_channels)));
      }
    }
    return values.back();
  }

 private:
  [[nodiscard]] at::Tensor part(const Layer& layer, const char* array, std::int64_t count) const {
    return tensor(layer.name + "/" + array).narrow(0, 0, count);
  }

  [[nodiscard]] at::Tensor weight_of(const Layer& layer) const {
    const at::Tensor weight =
        part(layer, "weight", layer.out_channels).narrow(1, 0, layer.in_channels / layer.groups);
    KernelTransforms transforms;
    transforms.sizes = sizes_.at(layer.name);
    for (std::size_t i = 1; i < transforms.sizes.size(); ++i) {
      transforms.matrices.push_back(tensor(layer.name + "/" +
                                           std::to_string(transforms.sizes[i - 1]) + "to" +
                                           std::to_string(transforms.sizes[i])));
    }
    return active_kernel(weight, transforms, layer.kernel);
  }

  at::Tensor conv(const Layer& layer, const at::Tensor& x, double eps) const {
    const int padding = layer.kernel / 2;
    at::Tensor y = at::conv2d(x,
                              weight_of(layer),
                              {},
                              {layer.stride, layer.stride},
                              {padding, padding},
                              {1, 1},
                              layer.groups);
    if (layer.batch_norm) {
      const std::int64_t out = layer.out_channels;
      y = at::batch_norm(y,
                         part(layer, "norm_weight", out),
                         part(layer, "norm_bias", out),
                         part(layer, "norm_mean", out),
                         part(layer, "norm_variance", out),
                         true,
                         0.1,
                         eps,
                         false);
    }
    if (layer.activation == Activation::h_swish) return y * at::relu6(y + 3) / 6;
    if (layer.activation == Activation::relu6) return at::relu6(y);
    return layer.activation == Activation::relu ? at::relu(y) : y;
  }

  [[nodiscard]] at::Tensor squeeze_excite(const Layer& layer, const at::Tensor& x) const {
    const std::int64_t channels = layer.in_channels;
    const std::int64_t hidden = layer.hidden_channels;
    at::Tensor gate = x.mean({2, 3}, true);
    gate = at::relu(at::conv2d(gate,
                               part(layer, "reduce_weight", hidden).narrow(1, 0, channels),
                               part(layer, "reduce_bias", hidden)));
    gate = at::conv2d(gate,
                      part(layer, "expand_weight", channels).narrow(1, 0, hidden),
                      part(layer, "expand_bias", channels));
    return x * (at::relu6(gate + 3) / 6);
  }

  SearchSpace space_;
  at::ScalarType type_;
  std::map<std::string, at::Tensor> tensors_;
  std::map<std::string, std::vector<int>> sizes_;
};

}  // namespace coppice

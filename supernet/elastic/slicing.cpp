#include "supernet/elastic/slicing.hpp"

#include <ATen/ops/linear.h>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

// The first `count` entries along a dimension; the tensor itself when that is all of them, so that
// the full network pays nothing.
at::Tensor first(const at::Tensor& tensor, std::int64_t dimension, std::int64_t count) {
  if (!tensor.defined() || tensor.size(dimension) == count) return tensor;
  return tensor.narrow(dimension, 0, count);
}

at::Tensor centre(const at::Tensor& weight, std::int64_t size) {
  const std::int64_t margin = (weight.size(2) - size) / 2;
  return weight.narrow(2, margin, size).narrow(3, margin, size);
}

LayerTensors slice_conv(const Layer& layer,
                        const LayerTensors& stored,
                        const KernelTransforms& transforms) {
  LayerTensors active;
  at::Tensor weight = first(stored.weight, 0, layer.out_channels);
  if (layer.groups == 1) weight = first(weight, 1, layer.in_channels);
  active.weight = active_kernel(weight, transforms, layer.kernel);
  active.bias = first(stored.bias, 0, layer.out_channels);
  active.norm_weight = first(stored.norm_weight, 0, layer.out_channels);
  active.norm_bias = first(stored.norm_bias, 0, layer.out_channels);
  active.norm_mean = first(stored.norm_mean, 0, layer.out_channels);
  active.norm_variance = first(stored.norm_variance, 0, layer.out_channels);
  return active;
}

LayerTensors slice_squeeze_excite(const Layer& layer, const LayerTensors& stored) {
  LayerTensors active;
  active.reduce_weight =
      first(first(stored.reduce_weight, 0, layer.hidden_channels), 1, layer.in_channels);
  active.reduce_bias = first(stored.reduce_bias, 0, layer.hidden_channels);
  active.expand_weight =
      first(first(stored.expand_weight, 0, layer.in_channels), 1, layer.hidden_channels);
  active.expand_bias = first(stored.expand_bias, 0, layer.in_channels);
  return active;
}

LayerTensors slice_linear(const Layer& layer, const LayerTensors& stored) {
  LayerTensors active;
  active.weight = first(first(stored.weight, 0, layer.out_channels), 1, layer.in_channels);
  active.bias = first(stored.bias, 0, layer.out_channels);
  return active;
}

}  // namespace

at::Tensor active_kernel(const at::Tensor& weight, const KernelTransforms& transforms, int kernel) {
  if (weight.size(2) == kernel) return weight;
  at::Tensor active = weight;
  for (std::size_t i = 0; i + 1 < transforms.sizes.size() && active.size(2) > kernel; ++i) {
    const std::int64_t size = transforms.sizes[i + 1];
    active = centre(active, size);
    if (i < transforms.matrices.size()) {
      const at::Tensor rows = active.reshape({active.size(0), size * size});
      active = at::linear(rows, transforms.matrices[i]).view({rows.size(0), 1, size, size});
    }
  }
  require(active.size(2) == kernel, "kernel ", kernel, " is not among the elastic sizes");
  return active;
}

LayerTensors slice_layer(const Layer& layer,
                         const LayerTensors& stored,
                         const KernelTransforms& transforms) {
  switch (layer.kind) {
    case LayerKind::conv:
      return slice_conv(layer, stored, transforms);
    case LayerKind::squeeze_excite:
      return slice_squeeze_excite(layer, stored);
    case LayerKind::linear:
      return slice_linear(layer, stored);
    default:
      return {};
  }
}

}  // namespace coppice

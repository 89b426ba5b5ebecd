#include "supernet/forward.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/hardsigmoid.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/zeros_like.h>

#include "supernet/base/error.hpp"
#include "supernet/elastic/fast_gate.hpp"
#include "supernet/elastic/fast_ops.hpp"
#include "supernet/elastic/trunk.hpp"

namespace coppice {
namespace {

// The batch's mean and biased variance come out of the normalisation itself: with momentum 1 the
// running statistics become the batch's (the variance with the n / (n - 1) of an unbiased
// estimate).
at::Tensor normalise_observed(const at::Tensor& x,
                              NormTensors tensors,
                              NormOptions norm,
                              std::size_t index,
                              const ForwardOptions& options) {
  tensors.running_mean = at::zeros_like(tensors.running_mean);
  tensors.running_variance = at::zeros_like(tensors.running_variance);
  norm.batch_statistics = true;
  norm.momentum = 1;
  at::Tensor y = norm_activation(x, tensors, norm);
  const at::Tensor& variance = tensors.running_variance;
  const std::int64_t images = norm.share != nullptr ? norm.share->whole : x.size(0);
  const std::int64_t pixels = x.size(2) * x.size(3);
  const auto n = static_cast<double>(pixels * images);
  options.observe_norm(
      index, tensors.running_mean, n > 1 ? variance * ((n - 1) / n) : at::zeros_like(variance));
  return y;
}

at::Tensor convolve(const at::Tensor& x, const Layer& layer, const LayerTensors& t) {
  if (layer.groups > 1 && layer.groups == layer.in_channels && layer.groups == layer.out_channels) {
    return depthwise_conv(x, t.weight, t.bias, layer.stride);
  }
  const int padding = layer.kernel / 2;
  return at::conv2d(
      x, t.weight, t.bias, {layer.stride, layer.stride}, {padding, padding}, {1, 1}, layer.groups);
}

at::Tensor activated(const Layer& layer,
                     std::size_t index,
                     const at::Tensor& x,
                     const ForwardOptions& options) {
  const bool replaced = options.activate && layer.activation != Activation::none;
  return replaced ? options.activate(index, x) : activate(x, layer.activation);
}

at::Tensor run_conv(const Layer& layer,
                    std::size_t index,
                    const LayerTensors& t,
                    const at::Tensor& x,
                    double eps,
                    const ForwardOptions& options) {
  const at::Tensor y = convolve(x, layer, t);
  if (!t.norm_weight.defined()) return activated(layer, index, y, options);
  const NormTensors tensors{t.norm_weight, t.norm_bias, t.norm_mean, t.norm_variance};
  NormOptions norm;
  norm.batch_statistics = options.norm == NormMode::batch;
  norm.momentum = options.norm_momentum;
  norm.eps = eps;
  norm.share = options.share.sum ? &options.share : nullptr;
  // A replaced activation follows the normalisation; any other is computed together with it.
  norm.activation = options.activate ? Activation::none : layer.activation;
  const at::Tensor z = options.norm == NormMode::observe
                           ? normalise_observed(y, tensors, norm, index, options)
                           : norm_activation(y, tensors, norm);
  return options.activate ? activated(layer, index, z, options) : z;
}

at::Tensor squeeze_excite(const at::Tensor& x, const LayerTensors& t) {
  at::Tensor gate = global_mean(x);
  gate = at::relu(at::conv2d(gate, t.reduce_weight, t.reduce_bias));
  gate = at::hardsigmoid(at::conv2d(gate, t.expand_weight, t.expand_bias));
  return gated(x, gate);
}

at::Tensor drop_features(const at::Tensor& x, const ForwardOptions& options) {
  if (options.dropout <= 0) return x;
  const double keep = 1 - options.dropout;
  // Of the whole batch, so that each of its images loses the same features wherever it is.
  const std::int64_t images = options.share.whole > 0 ? options.share.whole : x.size(0);
  // Drawn in main memory: the same features on every device, which a GPU fetches without a stop.
  at::Tensor mask = at::empty({images, x.size(1)},
                              at::TensorOptions().dtype(at::kFloat).pinned_memory(x.is_cuda()));
  if (options.dropout_source.defined()) {
    mask.bernoulli_(keep, options.dropout_source);
  } else {
    mask.bernoulli_(keep);
  }
  const at::Tensor own = mask.narrow(0, options.share.first, x.size(0)).div_(keep);
  return x * own.to(x.options(), /*non_blocking=*/true);
}

at::Tensor run_layer(const Layer& layer,
                     std::size_t index,
                     const LayerTensors& t,
                     const at::Tensor& x,
                     const std::vector<at::Tensor>& values,
                     double eps,
                     const ForwardOptions& options) {
  const auto k = layer.kernel;
  switch (layer.kind) {
    case LayerKind::conv:
      return run_conv(layer, index, t, x, eps, options);
    case LayerKind::squeeze_excite:
      return squeeze_excite(x, t);
    case LayerKind::add:
      return activated(layer, index, x + values[value_index(layer.shortcut)], options);
    case LayerKind::max_pool:
      return at::max_pool2d(x, {k, k}, {layer.stride, layer.stride}, {k / 2, k / 2});
    case LayerKind::avg_pool:
      return at::avg_pool2d(x, {k, k}, {layer.stride, layer.stride}, {0, 0}, /*ceil_mode=*/true);
    case LayerKind::global_pool:
      return global_mean(x);
    case LayerKind::linear:
      return at::linear(drop_features(x.flatten(1), options), t.weight, t.bias);
  }
  throw Error("unknown kind of layer");
}

// What lies between the layers of libtorch's operators.
at::ScalarType stored_type(const at::Tensor& images, const ForwardOptions& options) {
  const bool half = options.precision == Precision::bf16 && images.is_cuda();
  return half ? at::kBFloat16 : images.scalar_type();
}

// Weights as they are multiplied; a normalisation's stay float32.
LayerTensors multiplied_as(LayerTensors t, at::ScalarType type) {
  if (type != at::kBFloat16) return t;
  for (at::Tensor* tensor :
       {&t.weight, &t.bias, &t.reduce_weight, &t.reduce_bias, &t.expand_weight, &t.expand_bias}) {
    if (tensor->defined()) *tensor = tensor->to(type);
  }
  return t;
}

LayerPlan first_layers(LayerPlan plan, std::size_t count) {
  plan.layers.resize(count);
  return plan;
}

// Channels-last strides. A one-channel image satisfies both layouts, and libtorch would take the
// slow one from its strides.
at::Tensor channels_last(const at::Tensor& images) {
  if (images.size(1) > 1) return images.contiguous(at::MemoryFormat::ChannelsLast);
  const std::int64_t height = images.size(2);
  const std::int64_t width = images.size(3);
  return images.contiguous().as_strided(images.sizes(), {height * width, 1, width, 1});
}

}  // namespace

at::Tensor run_layers(const LayerPlan& plan,
                      const TensorsOf& tensors_of,
                      const at::Tensor& images,
                      const ForwardOptions& options) {
  require(images.dim() == 4 && images.size(1) == plan.input_channels &&
              images.size(2) == plan.resolution && images.size(3) == plan.resolution,
          "images of shape ",
          images.sizes(),
          ", the network needs [N, ",
          plan.input_channels,
          ", ",
          plan.resolution,
          ", ",
          plan.resolution,
          "]");
  // Value i + 1 is the output of layer i; value 0 the input. Each is dropped after its last use.
  const std::vector<int> uses = last_uses(plan);
  const at::ScalarType type = stored_type(images, options);
  std::vector<at::Tensor> values{channels_last(images.to(type))};
  values.reserve(plan.layers.size() + 1);
  const std::size_t fused = fused_layers(plan, values.front(), options);
  require(fused > 0 || type == at::kBFloat16 || options.precision == Precision::fp32 ||
              options.norm != NormMode::batch,
          "on CPU, bf16 serves to train networks of inverted residual blocks; use fp32");
  if (fused > 0) {
    values.resize(fused);  // of the layers in between nothing is left
    values.push_back(run_trunk(first_layers(plan, fused), tensors_of, values.front(), options));
  }
  for (std::size_t i = fused; i < plan.layers.size(); ++i) {
    const Layer& layer = plan.layers[i];
    const at::Tensor& x = values[value_index(layer.input)];
    const LayerTensors tensors = multiplied_as(tensors_of(layer, i), type);
    values.push_back(run_layer(layer, i, tensors, x, values, plan.batch_norm_eps, options));
    for (std::size_t value = 0; value <= i; ++value) {
      if (uses[value] == static_cast<int>(i)) values[value].reset();
    }
  }
  return values.back().to(images.scalar_type());
}

}  // namespace coppice

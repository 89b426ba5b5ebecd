#include "supernet/elastic/fast_ops.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/hardswish.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/relu6.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "supernet/elastic/fast_path.hpp"
#include "supernet/elastic/shared_norm.hpp"
#include "supernet/kernels/depthwise.hpp"
#include "supernet/kernels/norm_activation.hpp"

namespace coppice {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr auto kChannelsLast = at::MemoryFormat::ChannelsLast;

bool vector_of(const at::Tensor& tensor, std::int64_t size) {
  return plain_float(tensor) && tensor.dim() == 1 && tensor.size(0) == size &&
         tensor.is_contiguous();
}

// ---- depthwise convolution

bool fast_depthwise(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  return plain_images(x) && plain_float(weight) && weight.dim() == 4 &&
         weight.size(0) == x.size(1) && weight.size(1) == 1 && weight.size(2) == weight.size(3) &&
         weight.size(2) % 2 == 1 && (!bias.defined() || vector_of(bias, x.size(1)));
}

DepthwiseShape depthwise_shape(const at::Tensor& x, const at::Tensor& weight, std::int64_t stride) {
  DepthwiseShape shape;
  shape.batch = x.size(0);
  shape.channels = x.size(1);
  shape.height = x.size(2);
  shape.width = x.size(3);
  shape.kernel = weight.size(3);
  shape.stride = stride;
  return shape;
}

DepthwiseWeight taps_of(const at::Tensor& weight, const at::Tensor& bias) {
  return {weight.data_ptr<float>(),
          weight.stride(0),
          bias.defined() ? bias.data_ptr<float>() : nullptr};
}

at::Tensor convolve(const at::Tensor& x,
                    const at::Tensor& weight,
                    const at::Tensor& bias,
                    std::int64_t stride) {
  const DepthwiseShape shape = depthwise_shape(x, weight, stride);
  at::Tensor y = at::empty({shape.batch, shape.channels, shape.out_height(), shape.out_width()},
                           x.options().memory_format(kChannelsLast));
  depthwise_forward(
      shape, x.data_ptr<float>(), taps_of(weight, bias), y.data_ptr<float>(), run_on_pool);
  return y;
}

// What the operation knows besides the tensors that it is differentiated by. Not a tensor argument
// itself, the bias may be undefined.
struct DepthwiseConstants {
  std::int64_t stride;
  at::Tensor bias;
};

struct DepthwiseConv : public torch::autograd::Function<DepthwiseConv> {
  static at::Tensor forward(AutogradContext* context,
                            const at::Tensor& x,
                            const at::Tensor& weight,
                            const DepthwiseConstants& constants) {
    const at::Tensor dense = with_dense_kernels(weight);
    context->save_for_backward({x, dense});
    context->saved_data["stride"] = constants.stride;
    context->saved_data["x"] = x.requires_grad();
    context->saved_data["weight"] = weight.requires_grad();
    return convolve(x, dense, constants.bias, constants.stride);
  }

  static variable_list backward(AutogradContext* context, variable_list outputs) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor& x = saved[0];
    const at::Tensor& weight = saved[1];
    const at::Tensor gradient = outputs[0].contiguous(kChannelsLast);
    const DepthwiseShape shape = depthwise_shape(x, weight, context->saved_data["stride"].toInt());
    variable_list inputs(3);
    if (context->saved_data["x"].toBool()) {
      inputs[0] = at::empty_like(x, kChannelsLast);
      depthwise_input_gradient(shape,
                               gradient.data_ptr<float>(),
                               taps_of(weight, {}),
                               inputs[0].data_ptr<float>(),
                               run_on_pool);
    }
    if (context->saved_data["weight"].toBool()) {
      inputs[1] = at::empty(weight.sizes(), weight.options());
      depthwise_weight_gradient(shape,
                                x.data_ptr<float>(),
                                gradient.data_ptr<float>(),
                                inputs[1].data_ptr<float>(),
                                run_on_pool);
    }
    return inputs;
  }
};

// ---- batch normalisation with its activation

NormShape norm_shape(const at::Tensor& x) { return {x.numel() / x.size(1), x.size(1)}; }

bool needs_gradient(const at::Tensor& x, const NormTensors& t) {
  return at::GradMode::is_enabled() &&
         (x.requires_grad() || t.gamma.requires_grad() || t.beta.requires_grad());
}

// Gradients through running statistics are rare and stay with libtorch, as does a single value a
// channel, which has no variance.
bool fast_norm(const at::Tensor& x, const NormTensors& t, const NormOptions& options) {
  if (!plain_images(x)) return false;
  for (const at::Tensor* tensor : {&t.gamma, &t.beta, &t.running_mean, &t.running_variance}) {
    if (!vector_of(*tensor, x.size(1))) return false;
  }
  return options.batch_statistics ? norm_shape(x).rows > 1 : !needs_gradient(x, t);
}

at::Tensor inverse_deviation(const double* variance, std::int64_t channels, double eps) {
  at::Tensor inverse = at::empty({channels}, at::kFloat);
  auto* values = inverse.data_ptr<float>();
  for (std::int64_t c = 0; c < channels; ++c) {
    values[c] = static_cast<float>(1 / std::sqrt(variance[c] + eps));
  }
  return inverse;
}

Norm norm_of(const at::Tensor& mean,
             const at::Tensor& inverse,
             const at::Tensor& gamma,
             const at::Tensor& beta,
             Nonlinearity activation) {
  return {mean.data_ptr<float>(),
          inverse.data_ptr<float>(),
          gamma.data_ptr<float>(),
          beta.data_ptr<float>(),
          activation};
}

at::Tensor vector_of(const std::vector<float>& values) {
  at::Tensor tensor = at::empty({static_cast<std::int64_t>(values.size())}, at::kFloat);
  std::copy(values.begin(), values.end(), tensor.data_ptr<float>());
  return tensor;
}

at::Tensor normalised(const at::Tensor& x, const Norm& norm) {
  at::Tensor y = at::empty_like(x, kChannelsLast);
  normalise_rows(norm_shape(x), x.data_ptr<float>(), norm, y.data_ptr<float>(), run_on_pool);
  return y;
}

struct BatchNormActivation : public torch::autograd::Function<BatchNormActivation> {
  static at::Tensor forward(AutogradContext* context,
                            const at::Tensor& x,
                            const at::Tensor& gamma,
                            const at::Tensor& beta,
                            const at::Tensor& mean,
                            const at::Tensor& inverse,
                            std::int64_t activation,
                            const BatchShare& share) {
    context->save_for_backward({x, gamma, beta, mean, inverse});
    context->saved_data["share"] = hold(share);
    context->saved_data["activation"] = activation;
    context->saved_data["x"] = x.requires_grad();
    return normalised(x,
                      norm_of(mean, inverse, gamma, beta, static_cast<Nonlinearity>(activation)));
  }

  static variable_list backward(AutogradContext* context, variable_list outputs) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor& x = saved[0];
    const at::Tensor gradient = outputs[0].contiguous(kChannelsLast);
    const auto activation = context->saved_data["activation"].toInt();
    const Norm norm =
        norm_of(saved[3], saved[4], saved[1], saved[2], static_cast<Nonlinearity>(activation));
    NormShape shape = norm_shape(x);
    std::vector<double> totals = normalised_gradient_sums(
        shape, x.data_ptr<float>(), gradient.data_ptr<float>(), norm, run_on_pool);
    const NormSlopes own(shape, totals, norm.inverse_deviation);
    variable_list inputs(7);
    inputs[1] = vector_of(own.gamma);
    inputs[2] = vector_of(own.beta);
    // Each process's part of the parameters' gradients is added to the others' later.
    sum_over_ranks(held(context->saved_data["share"]), x.size(0), shape, totals);
    if (!context->saved_data["x"].toBool()) return inputs;
    inputs[0] = at::empty_like(x, kChannelsLast);
    normalised_input_gradient(norm_shape(x),
                              x.data_ptr<float>(),
                              gradient.data_ptr<float>(),
                              {norm, NormSlopes(shape, totals, norm.inverse_deviation)},
                              inputs[0].data_ptr<float>(),
                              run_on_pool);
    return inputs;
  }
};

at::Tensor normalise_batch(const at::Tensor& x, const NormTensors& t, const NormOptions& options) {
  const BatchShare share = options.share != nullptr ? *options.share : BatchShare{};
  NormShape shape = norm_shape(x);
  std::vector<double> totals = batch_sums(shape, x.data_ptr<float>(), run_on_pool);
  sum_over_ranks(share, x.size(0), shape, totals);
  const ChannelStatistics batch = statistics_of(shape, totals);
  update_running(shape,
                 batch,
                 options.momentum,
                 t.running_mean.data_ptr<float>(),
                 t.running_variance.data_ptr<float>());
  at::Tensor mean = at::empty({shape.channels}, at::kFloat);
  std::copy(batch.mean.begin(), batch.mean.end(), mean.data_ptr<float>());
  return BatchNormActivation::apply(
      x,
      t.gamma,
      t.beta,
      mean,
      inverse_deviation(batch.variance.data(), shape.channels, options.eps),
      static_cast<std::int64_t>(nonlinearity(options.activation)),
      share);
}

at::Tensor normalise_running(const at::Tensor& x,
                             const NormTensors& t,
                             const NormOptions& options) {
  const float* running = t.running_variance.data_ptr<float>();
  const std::vector<double> variance(running, running + x.size(1));
  const at::Tensor inverse = inverse_deviation(variance.data(), x.size(1), options.eps);
  return normalised(
      x, norm_of(t.running_mean, inverse, t.gamma, t.beta, nonlinearity(options.activation)));
}

}  // namespace

at::Tensor depthwise_conv(const at::Tensor& x,
                          const at::Tensor& weight,
                          const at::Tensor& bias,
                          int stride) {
  if (fast_depthwise(x, weight, bias)) {
    // Networks that learn have a normalisation instead of this bias: its gradient may take longer.
    if (bias.defined() && bias.requires_grad()) {
      return depthwise_conv(x, weight, {}, stride) + bias.view({1, -1, 1, 1});
    }
    return DepthwiseConv::apply(x, weight, DepthwiseConstants{stride, bias});
  }
  const std::int64_t padding = weight.size(2) / 2;
  return at::conv2d(x, weight, bias, {stride, stride}, {padding, padding}, {1, 1}, weight.size(0));
}

at::Tensor norm_activation(const at::Tensor& x, const NormTensors& t, const NormOptions& options) {
  if (fast_norm(x, t, options)) {
    return options.batch_statistics ? normalise_batch(x, t, options)
                                    : normalise_running(x, t, options);
  }
  if (options.share != nullptr && options.batch_statistics) {
    return activate(shared_batch_norm(x, t, options), options.activation);
  }
  return activate(at::batch_norm(x,
                                 t.gamma,
                                 t.beta,
                                 t.running_mean,
                                 t.running_variance,
                                 options.batch_statistics,
                                 options.momentum,
                                 options.eps,
                                 true),
                  options.activation);
}

at::Tensor activate(const at::Tensor& x, Activation activation) {
  switch (activation) {
    case Activation::relu:
      return at::relu(x);
    case Activation::relu6:
      return at::relu6(x);
    case Activation::h_swish:
      return at::hardswish(x);
    case Activation::none:
      break;
  }
  return x;
}

}  // namespace coppice

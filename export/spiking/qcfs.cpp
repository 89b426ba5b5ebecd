#include "export/spiking/qcfs.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/clamp_min.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/floor.h>
#include <ATen/ops/logical_and.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/topk.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "supernet/base/error.hpp"
#include "supernet/base/interruption.hpp"
#include "supernet/base/random.hpp"
#include "supernet/elastic/fast_ops.hpp"
#include "supernet/training/distillation.hpp"
#include "supernet/training/learning_rate.hpp"
#include "supernet/training/sgd.hpp"

namespace coppice {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::Tensor by_channel(const at::Tensor& thresholds) { return thresholds.view({1, -1, 1, 1}); }

// In units of the threshold: what neurons send of an input z.
at::Tensor rate_of(const at::Tensor& z, int levels) {
  if (levels == 0) return at::clamp(z, 0, 1);
  return at::clamp(at::floor(z * levels + 0.5) / levels, 0, 1);
}

class QcfsFunction : public torch::autograd::Function<QcfsFunction> {
 public:
  static at::Tensor forward(AutogradContext* context,
                            const at::Tensor& x,
                            const at::Tensor& thresholds,
                            std::int64_t levels) {
    context->save_for_backward({x, thresholds});
    context->saved_data["levels"] = levels;
    const at::Tensor t = by_channel(thresholds);
    return rate_of(x / t, static_cast<int>(levels)) * t;
  }

  // With z = x / t: dy/dx = 1 for 0 < z < 1, else 0; dy/dt = rate(z) - z dy/dx.
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const auto levels = static_cast<int>(context->saved_data["levels"].toInt());
    const at::Tensor z = saved[0] / by_channel(saved[1]);
    const at::Tensor open = at::logical_and(z > 0, z < 1);
    const at::Tensor zero = at::zeros_like(z);
    const at::Tensor by_threshold = rate_of(z, levels) - at::where(open, z, zero);
    return {at::where(open, gradients[0], zero),
            (gradients[0] * by_threshold).sum({0, 2, 3}),
            at::Tensor()};
  }
};

// The hook that puts QCFS in place of the plan's activations.
ForwardOptions with_qcfs(const ThresholdTensors& thresholds, int levels) {
  ForwardOptions options;
  options.activate = [&thresholds, levels](std::size_t layer, const at::Tensor& x) {
    return qcfs(x, thresholds[layer], levels);
  };
  return options;
}

// For training.
ForwardOptions with_noise(const ThresholdTensors& thresholds, const QcfsOptions& options) {
  ForwardOptions forward = with_qcfs(thresholds, options.levels);
  forward.norm = NormMode::batch;
  if (options.noise <= 0) return forward;
  const auto generator =
      at::make_generator<at::CPUGeneratorImpl>(Random(options.seed).fork("noise").next());
  const double largest = options.noise / options.levels;  // in thresholds
  forward.activate = [&thresholds, generator, largest, levels = options.levels](
                         std::size_t layer, const at::Tensor& x) {
    at::Tensor noise = at::empty_like(x);
    noise.uniform_(-largest, largest, generator);
    const at::Tensor noisy = x + noise.mul_(by_channel(thresholds[layer].detach()));
    return qcfs(noisy, thresholds[layer], levels);
  };
  return forward;
}

// The largest values of each channel, [C, at most `keep`].
at::Tensor top_values(const at::Tensor& x, const at::Tensor& before, std::int64_t keep) {
  at::Tensor values = x.transpose(0, 1).flatten(1);
  if (before.defined()) values = at::cat({values, before}, 1);
  return std::get<0>(values.topk(std::min(keep, values.size(1)), 1));
}

at::Tensor positive_thresholds(const at::Tensor& percentiles) {
  constexpr double kSmallestShare = 0.05;
  const double largest = percentiles.max().item<double>();
  if (largest <= 0) return at::ones_like(percentiles);  // a layer that never fires
  return at::clamp_min(percentiles, kSmallestShare * largest).contiguous();
}

std::vector<NamedTensor> trained_tensors(Subnet& subnet, ThresholdTensors& thresholds) {
  std::vector<NamedTensor> tensors;
  for (std::size_t i = 0; i < thresholds.size(); ++i) {
    const std::string& layer = subnet.plan().layers[i].name;
    visit_arrays(subnet.layers()[i], [&](const char* name, at::Tensor& tensor) {
      const bool statistic =
          std::string(name) == "norm_mean" || std::string(name) == "norm_variance";
      if (tensor.defined() && !statistic) tensors.push_back({layer + "/" + name, tensor});
    });
    if (thresholds[i].defined()) tensors.push_back({layer + "/threshold", thresholds[i]});
  }
  for (NamedTensor& named : tensors) named.tensor.requires_grad_(true);
  return tensors;
}

// A threshold must stay positive, and one that shrinks to nothing would stop all learning.
void keep_positive(ThresholdTensors& thresholds, const ThresholdTensors& smallest) {
  const at::NoGradGuard no_grad;
  for (std::size_t i = 0; i < thresholds.size(); ++i) {
    if (thresholds[i].defined()) thresholds[i].copy_(at::maximum(thresholds[i], smallest[i]));
  }
}

// Layers of a subnet that shares no memory with it.
Subnet own_copy(const Subnet& subnet) {
  Subnet copy = subnet;
  for (LayerTensors& layer : copy.layers()) {
    visit_arrays(layer, [](const char*, at::Tensor& tensor) {
      if (tensor.defined()) tensor = tensor.detach().clone();
    });
  }
  return copy;
}

ThresholdTensors scaled(const ThresholdTensors& thresholds, double by) {
  ThresholdTensors result(thresholds.size());
  for (std::size_t i = 0; i < thresholds.size(); ++i) {
    if (thresholds[i].defined()) result[i] = thresholds[i] * by;
  }
  return result;
}

// Adds the gradients of one batch; returns its loss.
double backward(const Subnet& subnet,
                const ForwardOptions& forward,
                const Subnet& teacher,
                const Batch& batch) {
  const at::Tensor loss = distillation_loss(
      subnet.forward(batch.images, forward), batch.labels, teacher.forward(batch.images), {});
  loss.backward();
  return loss.item<double>();
}

}  // namespace

at::Tensor qcfs(const at::Tensor& x, const at::Tensor& thresholds, int levels) {
  return QcfsFunction::apply(x, thresholds, levels);
}

Thresholds plain_thresholds(const ThresholdTensors& thresholds) {
  Thresholds plain(thresholds.size());
  for (std::size_t i = 0; i < thresholds.size(); ++i) {
    if (!thresholds[i].defined()) continue;
    const at::Tensor values = thresholds[i].detach().to(at::kCPU, at::kFloat).contiguous();
    plain[i].assign(values.data_ptr<float>(), values.data_ptr<float>() + values.numel());
  }
  return plain;
}

ThresholdTensors percentile_thresholds(const Subnet& subnet,
                                       const std::vector<at::Tensor>& images,
                                       double percentile) {
  require(!images.empty(), "thresholds need at least one batch of images");
  const at::NoGradGuard no_grad;
  const double share = 1 - percentile / 100;
  double total = 0;
  for (const at::Tensor& batch : images) total += static_cast<double>(batch.size(0));
  ThresholdTensors top(subnet.plan().layers.size());
  ForwardOptions options;
  options.activate = [&](std::size_t layer, const at::Tensor& x) {
    at::Tensor y = activate(x, subnet.plan().layers[layer].activation);
    const double values = total * static_cast<double>(x.size(2) * x.size(3));
    const auto keep = static_cast<std::int64_t>(std::max(1.0, std::ceil(share * values)));
    top[layer] = top_values(y, top[layer], keep);
    return y;
  };
  for (const at::Tensor& batch : images) static_cast<void>(subnet.forward(batch, options));
  for (at::Tensor& values : top) {
    if (values.defined()) values = positive_thresholds(values.select(1, values.size(1) - 1));
  }
  return top;
}

at::Tensor qcfs_forward(const Subnet& subnet,
                        const ThresholdTensors& thresholds,
                        int levels,
                        const at::Tensor& images) {
  const at::NoGradGuard no_grad;
  return subnet.forward(images, with_qcfs(thresholds, levels));
}

void finetune_qcfs(Subnet& subnet,
                   ThresholdTensors& thresholds,
                   const Subnet& teacher,
                   TrainingBatches& batches,
                   const QcfsOptions& options) {
  const auto per_epoch = static_cast<double>(batches.steps_per_epoch());
  const auto steps = static_cast<std::int64_t>(std::llround(options.epochs * per_epoch));
  if (steps == 0) return;
  subnet = own_copy(subnet);
  const ThresholdTensors smallest = scaled(thresholds, 0.05);
  const std::vector<NamedTensor> tensors = trained_tensors(subnet, thresholds);
  SgdOptions sgd_options;
  sgd_options.weight_decay = options.weight_decay;
  Sgd sgd(tensors, sgd_options);
  const ForwardOptions forward = with_noise(thresholds, options);
  const double peak = options.rate * static_cast<double>(options.batch_size) / 64.0;
  for (std::int64_t step = 0; step < steps; ++step) {
    if (interruption_requested()) {
      throw Error("interrupted while fine-tuning; the same command starts over",
                  Failure::interrupted);
    }
    sgd.zero_gradients();
    const double loss = backward(subnet, forward, teacher, batches.get(step));
    require(std::isfinite(loss),
            "the loss of fine-tuning is not a finite number at step ",
            step,
            "; lower --rate (",
            options.rate,
            ")");
    sgd.step(learning_rate(step, 0, steps, peak, peak));
    keep_positive(thresholds, smallest);
    if (options.progress) options.progress(step + 1, steps, loss);
  }
  for (const NamedTensor& named : tensors) {
    at::Tensor tensor = named.tensor;
    tensor.requires_grad_(false);
    tensor.mutable_grad().reset();
  }
}

}  // namespace coppice

#include "supernet/elastic/shared_norm.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/square.h>
#include <ATen/ops/sum.h>
#include <torch/csrc/autograd/custom_function.h>

namespace coppice {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::Tensor per_channel(const at::Tensor& values) { return values.view({1, -1, 1, 1}); }

at::Tensor channel_sums(const at::Tensor& x) { return at::sum(x, {0, 2, 3}, false, at::kDouble); }

// What the operation knows besides the tensors that it is differentiated by.
struct SharedNormConstants {
  NormTensors running;
  double momentum;
  double eps;
};

struct SharedBatchNorm : public torch::autograd::Function<SharedBatchNorm> {
  static at::Tensor forward(AutogradContext* context,
                            const at::Tensor& x,
                            const at::Tensor& gamma,
                            const at::Tensor& beta,
                            const BatchShare& share,
                            const SharedNormConstants& constants) {
    const std::int64_t pixels = x.size(2) * x.size(3);
    const auto rows = static_cast<double>(pixels * share.whole);
    const at::Tensor sums = at::cat({channel_sums(x), channel_sums(at::square(x))});
    share.sum(sums);
    const auto parts = (sums / rows).chunk(2);
    const at::Tensor variance = (parts[1] - at::square(parts[0])).clamp_min_(0);
    blend(constants.running.running_mean, parts[0], constants.momentum);
    blend(constants.running.running_variance, variance * (rows / (rows - 1)), constants.momentum);
    const at::Tensor mean = parts[0].to(x.scalar_type());
    const at::Tensor inverse = at::rsqrt(variance + constants.eps).to(x.scalar_type());
    context->save_for_backward({x, gamma, mean, inverse});
    context->saved_data["share"] = hold(share);
    context->saved_data["rows"] = rows;
    return (x - per_channel(mean)) * per_channel(inverse * gamma) + per_channel(beta);
  }

  static variable_list backward(AutogradContext* context, variable_list outputs) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor& x = saved[0];
    const at::Tensor& inverse = saved[3];
    const at::Tensor normal = (x - per_channel(saved[2])) * per_channel(inverse);
    const at::Tensor beta = channel_sums(outputs[0]);
    const at::Tensor gamma = channel_sums(outputs[0] * normal);
    // Each process's part of the parameters' gradients is added to the others' later.
    const at::Tensor sums = at::cat({beta, gamma});
    held(context->saved_data["share"]).sum(sums);
    const auto parts = (sums / context->saved_data["rows"].toDouble()).to(x.scalar_type()).chunk(2);
    variable_list inputs(5);
    inputs[0] = (outputs[0] - per_channel(parts[0]) - normal * per_channel(parts[1])) *
                per_channel(inverse * saved[1]);
    inputs[1] = gamma.to(x.scalar_type());
    inputs[2] = beta.to(x.scalar_type());
    return inputs;
  }

 private:
  static void blend(const at::Tensor& running, const at::Tensor& value, double momentum) {
    running.mul_(1 - momentum).add_(value.to(running.scalar_type()), momentum);
  }
};

// A copy that autograd can keep.
struct HeldShare : public torch::CustomClassHolder {
  explicit HeldShare(BatchShare value) : share(std::move(value)) {}
  BatchShare share;
};

}  // namespace

c10::IValue hold(const BatchShare& share) {
  return c10::IValue::make_capsule(c10::make_intrusive<HeldShare>(share));
}

const BatchShare& held(const c10::IValue& value) {
  return static_cast<const HeldShare&>(*value.toCapsule()).share;
}

void sum_over_ranks(const BatchShare& share,
                    std::int64_t images,
                    NormShape& shape,
                    std::vector<double>& totals) {
  if (!share.sum) return;
  shape.rows = shape.rows / images * share.whole;
  share.sum(at::from_blob(totals.data(), {static_cast<std::int64_t>(totals.size())}, at::kDouble));
}

at::Tensor shared_batch_norm(const at::Tensor& x,
                             const NormTensors& tensors,
                             const NormOptions& options) {
  const SharedNormConstants constants{tensors, options.momentum, options.eps};
  // Statistics of bfloat16 values are float32, as those of libtorch's own operator.
  return SharedBatchNorm::apply(
             x.to(at::kFloat), tensors.gamma, tensors.beta, *options.share, constants)
      .to(x.scalar_type());
}

}  // namespace coppice

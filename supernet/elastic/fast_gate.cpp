#include "supernet/elastic/fast_gate.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cstdint>
#include <vector>

#include "supernet/elastic/fast_path.hpp"
#include "supernet/kernels/squeeze_excite.hpp"

namespace coppice {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr auto kChannelsLast = at::MemoryFormat::ChannelsLast;

GateShape gate_shape(const at::Tensor& x) { return {x.size(0), x.size(2) * x.size(3), x.size(1)}; }

at::Tensor multiplied(const at::Tensor& x, const at::Tensor& gate) {
  at::Tensor y = at::empty_like(x, kChannelsLast);
  apply_gate(
      gate_shape(x), x.data_ptr<float>(), gate.data_ptr<float>(), y.data_ptr<float>(), run_on_pool);
  return y;
}

struct GlobalMean : public torch::autograd::Function<GlobalMean> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x) {
    context->saved_data["shape"] = x.sizes();
    at::Tensor means = at::empty({x.size(0), x.size(1), 1, 1}, x.options());
    image_means(gate_shape(x), x.data_ptr<float>(), means.data_ptr<float>(), run_on_pool);
    return means;
  }

  static variable_list backward(AutogradContext* context, variable_list outputs) {
    const std::vector<std::int64_t> shape = context->saved_data["shape"].toIntVector();
    return {(outputs[0] / static_cast<double>(shape[2] * shape[3])).expand(shape)};
  }
};

struct Gated : public torch::autograd::Function<Gated> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& gate) {
    context->save_for_backward({x, gate});
    context->saved_data["x"] = x.requires_grad();
    context->saved_data["gate"] = gate.requires_grad();
    return multiplied(x, gate);
  }

  static variable_list backward(AutogradContext* context, variable_list outputs) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor& x = saved[0];
    const at::Tensor gradient = outputs[0].contiguous(kChannelsLast);
    variable_list inputs(2);
    if (context->saved_data["x"].toBool()) inputs[0] = multiplied(gradient, saved[1]);
    if (context->saved_data["gate"].toBool()) {
      inputs[1] = at::empty_like(saved[1]);
      gate_gradient(gate_shape(x),
                    x.data_ptr<float>(),
                    gradient.data_ptr<float>(),
                    inputs[1].data_ptr<float>(),
                    run_on_pool);
    }
    return inputs;
  }
};

bool gate_of(const at::Tensor& x, const at::Tensor& gate) {
  return plain_float(gate) && gate.dim() == 4 && gate.size(0) == x.size(0) &&
         gate.size(1) == x.size(1) && gate.size(2) == 1 && gate.size(3) == 1 &&
         gate.is_contiguous();
}

}  // namespace

at::Tensor global_mean(const at::Tensor& x) {
  if (plain_images(x)) return GlobalMean::apply(x);
  return x.mean({2, 3}, /*keepdim=*/true);
}

at::Tensor gated(const at::Tensor& x, const at::Tensor& gate) {
  if (plain_images(x) && gate_of(x, gate)) return Gated::apply(x, gate);
  return x * gate;
}

}  // namespace coppice

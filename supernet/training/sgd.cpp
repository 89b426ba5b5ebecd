#include "supernet/training/sgd.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros_like.h>

#include <utility>

namespace coppice {
namespace {

std::string array_name(const std::string& name) { return name.substr(name.rfind('/') + 1); }

}  // namespace

bool is_transform(const std::string& name) {
  return array_name(name).find("to") != std::string::npos;
}

bool is_decayed(const std::string& name) {
  const std::string array = array_name(name);
  return array == "weight" || array == "reduce_weight" || array == "expand_weight";
}

Sgd::Sgd(const std::vector<NamedTensor>& parameters, SgdOptions options) : options_(options) {
  for (const NamedTensor& parameter : parameters) {
    parameters_.push_back(parameter.tensor);
    momentum_.push_back(at::zeros_like(parameter.tensor));
    decay_.push_back(is_decayed(parameter.name)     ? options.weight_decay
                     : is_transform(parameter.name) ? options.transform_decay
                                                    : 0.0);
  }
}

void Sgd::zero_gradients() {
  for (at::Tensor& parameter : parameters_) parameter.mutable_grad().reset();
}

void Sgd::step(double rate) {
  const at::NoGradGuard no_grad;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    at::Tensor gradient = parameters_[i].grad();
    if (!gradient.defined()) {
      if (options_.unused == UnusedWeights::keep) continue;
      gradient = at::zeros_like(parameters_[i]);
    }
    if (decay_[i] > 0) gradient.add_(parameters_[i], decay_[i]);
    momentum_[i].mul_(options_.momentum).add_(gradient);
    parameters_[i].add_(gradient, -rate).add_(momentum_[i], -rate * options_.momentum);
  }
}

}  // namespace coppice

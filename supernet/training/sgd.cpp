#include "supernet/training/sgd.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <utility>

#include "supernet/elastic/fast_path.hpp"
#include "supernet/kernels/sgd_update.hpp"

namespace coppice {
namespace {

// Values that are updated as one task.
constexpr std::int64_t kPiece = 32768;

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
  std::vector<Piece> pieces;
  std::vector<std::size_t> elsewhere;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const at::Tensor& gradient = parameters_[i].grad();
    if (!gradient.defined() && options_.unused == UnusedWeights::keep) continue;
    if (in_main_memory(i)) {
      for (std::int64_t from = 0; from < parameters_[i].numel(); from += kPiece) {
        pieces.push_back({i, from});
      }
    } else {
      elsewhere.push_back(i);
    }
  }
  step_by_operators(elsewhere, rate);
  const auto count = static_cast<std::int64_t>(pieces.size());
  run_on_pool(count, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t p = begin; p < end; ++p) update(pieces[static_cast<std::size_t>(p)], rate);
  });
}

bool Sgd::in_main_memory(std::size_t i) const {
  const at::Tensor& gradient = parameters_[i].grad();
  return plain_float(parameters_[i]) && parameters_[i].is_contiguous() &&
         momentum_[i].is_contiguous() &&
         (!gradient.defined() || (plain_float(gradient) && gradient.is_contiguous()));
}

void Sgd::update(const Piece& piece, double rate) {
  const at::Tensor& parameter = parameters_[piece.parameter];
  const at::Tensor& gradient = parameter.grad();
  NesterovStep step;
  step.rate = static_cast<float>(rate);
  step.momentum_factor = static_cast<float>(options_.momentum);
  step.decay = static_cast<float>(decay_[piece.parameter]);
  nesterov_update(step,
                  gradient.defined() ? gradient.data_ptr<float>() + piece.from : nullptr,
                  std::min(kPiece, parameter.numel() - piece.from),
                  momentum_[piece.parameter].data_ptr<float>() + piece.from,
                  parameter.data_ptr<float>() + piece.from);
}

// All of them by each operator: a GPU that is given one parameter at a time waits for the next.
void Sgd::step_by_operators(const std::vector<std::size_t>& parameters, double rate) const {
  if (parameters.empty()) return;
  std::vector<at::Tensor> weights;
  std::vector<at::Tensor> momentum;
  std::vector<at::Scalar> decays;
  std::vector<at::Tensor> gradients;
  for (const std::size_t i : parameters) {
    const at::Tensor& gradient = parameters_[i].grad();
    weights.push_back(parameters_[i]);
    momentum.push_back(momentum_[i]);
    decays.emplace_back(decay_[i]);
    gradients.push_back(gradient.defined() ? gradient : at::zeros_like(parameters_[i]));
  }
  const std::vector<at::Tensor> decayed = at::_foreach_mul(weights, decays);
  at::_foreach_add_(decayed, gradients);
  at::_foreach_mul_(momentum, options_.momentum);
  at::_foreach_add_(momentum, decayed);
  at::_foreach_add_(weights, decayed, -rate);
  at::_foreach_add_(weights, momentum, -rate * options_.momentum);
}

}  // namespace coppice

#include "supernet/training/gradient_exchange.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>

#include <set>
#include <utility>

namespace coppice {
namespace {

constexpr std::int64_t kBucketValues = 1 << 18;

std::string layer_of(const std::string& parameter) {
  return parameter.substr(0, parameter.find('/'));
}

}  // namespace

GradientExchange::GradientExchange(const std::vector<NamedTensor>& parameters,
                                   const RankGroup& ranks)
    : parameters_(parameters), ranks_(ranks), added_(parameters.size()) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    of_layer_[layer_of(parameters[i].name)].push_back(i);
  }
}

void GradientExchange::begin(const LayerPlan& last) {
  std::set<std::string> used;
  for (const Layer& layer : last.layers) used.insert(layer.name);
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (used.count(layer_of(parameters_[i].name)) == 0) add(i);
  }
}

void GradientExchange::layer_done(const std::string& layer) {
  const auto found = of_layer_.find(layer);
  if (found == of_layer_.end()) return;  // an addition, a gate without weights
  for (const std::size_t parameter : found->second) add(parameter);
}

void GradientExchange::finish() {
  for (std::size_t i = 0; i < parameters_.size(); ++i) add(i);
  send();
  const std::vector<Bucket> buckets = std::move(under_way_);
  under_way_.clear();
  for (const Bucket& bucket : buckets) {
    bucket.wait();
    give_back(bucket);
  }
  added_.assign(parameters_.size(), false);
}

void GradientExchange::add(std::size_t parameter) {
  const at::Tensor& gradient = parameters_[parameter].tensor.grad();
  if (added_[parameter] || !gradient.defined()) return;
  added_[parameter] = true;
  filling_.push_back(parameter);
  filling_values_ += gradient.numel();
  if (filling_values_ >= kBucketValues) send();
}

void GradientExchange::send() {
  if (filling_.empty()) return;
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> parts;
  for (const std::size_t parameter : filling_) {
    parts.push_back(parameters_[parameter].tensor.grad().reshape({-1}));
  }
  Bucket bucket;
  bucket.parameters = std::exchange(filling_, {});
  bucket.values = at::cat(parts);
  bucket.wait = ranks_.start_sum(bucket.values);
  filling_values_ = 0;
  under_way_.push_back(std::move(bucket));
}

void GradientExchange::give_back(const Bucket& bucket) {
  const at::NoGradGuard no_grad;
  std::int64_t at = 0;
  for (const std::size_t parameter : bucket.parameters) {
    at::Tensor gradient = parameters_[parameter].tensor.grad();
    gradient.copy_(bucket.values.narrow(0, at, gradient.numel()).view(gradient.sizes()));
    at += gradient.numel();
  }
}

}  // namespace coppice

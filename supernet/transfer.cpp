#include "supernet/transfer.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/eye.h>

#include <map>
#include <utility>
#include <vector>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

std::map<std::string, at::Tensor> tensors_of(const Supernet& supernet) {
  std::map<std::string, at::Tensor> tensors;
  for (const auto* list : {&supernet.parameters(), &supernet.statistics()}) {
    for (const NamedTensor& named : *list) tensors[named.name] = named.tensor;
  }
  return tensors;
}

bool belongs_to(const std::string& name, const Layer& layer) {
  return name.rfind(layer.name + "/", 0) == 0;
}

// The tensor in the shape of `target`; undefined where `target` keeps its own values.
at::Tensor adapted(const std::string& name,
                   const at::Tensor& source,
                   const at::Tensor& target,
                   const Supernet& to,
                   const std::string& origin) {
  if (source.defined() && source.sizes() == target.sizes()) return source;
  const LayerPlan& plan = to.full_plan();
  if (source.defined() && belongs_to(name, plan.layers.front()) && source.dim() == 4 &&
      source.size(0) == target.size(0) && source.size(2) == target.size(2)) {
    const auto channels = static_cast<double>(target.size(1));
    return source.sum(1, /*keepdim=*/true).div(channels).expand(target.sizes());
  }
  require(belongs_to(name, plan.layers.back()),
          origin,
          " does not fit the space ",
          to.space().name(),
          ": its tensor ",
          name,
          source.defined() ? " has another shape" : " is missing");
  return {};
}

// The part of a stored tensor that a smaller one takes: the first channels, the centre of a kernel.
at::Tensor place_of(at::Tensor stored, const at::Tensor& own) {
  for (std::int64_t d = 0; d < own.dim(); ++d) {
    const std::int64_t begin = d < 2 ? 0 : (stored.size(d) - own.size(d)) / 2;
    stored = stored.narrow(d, begin, own.size(d));
  }
  return stored;
}

}  // namespace

void copy_weights(const Supernet& from, Supernet& to, const std::string& origin) {
  const at::NoGradGuard no_grad;
  const auto sources = tensors_of(from);
  std::vector<std::pair<at::Tensor, at::Tensor>> copies;
  for (const auto& [name, target] : tensors_of(to)) {
    const auto found = sources.find(name);
    const at::Tensor source = found == sources.end() ? at::Tensor() : found->second;
    const at::Tensor values = adapted(name, source, target, to, origin);
    if (values.defined()) copies.emplace_back(target, values);
  }
  for (auto& [target, source] : copies) target.copy_(source);
}

void put_subnet(const Subnet& subnet, Supernet& supernet) {
  const at::NoGradGuard no_grad;
  for (std::size_t i = 0; i < subnet.layers().size(); ++i) {
    const std::string& name = subnet.plan().layers[i].name;
    visit_arrays(supernet.stored(name),
                 subnet.layers()[i],
                 [](const char*, const at::Tensor& stored, const at::Tensor& own) {
                   if (own.defined()) place_of(stored, own).copy_(own);
                 });
    for (const at::Tensor& matrix : supernet.transforms(name).matrices) {
      at::Tensor(matrix).copy_(at::eye(matrix.size(0)));
    }
  }
}

}  // namespace coppice

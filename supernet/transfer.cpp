#include "supernet/transfer.hpp"

#include <ATen/core/grad_mode.h>

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

bool may_differ(const std::string& name, const Supernet& to) {
  const LayerPlan& plan = to.full_plan();
  const auto belongs_to = [&name](const Layer& layer) {
    return name.rfind(layer.name + "/", 0) == 0;
  };
  return belongs_to(plan.layers.front()) || belongs_to(plan.layers.back());
}

}  // namespace

void copy_weights(const Supernet& from, Supernet& to, const std::string& origin) {
  const auto sources = tensors_of(from);
  std::vector<std::pair<at::Tensor, at::Tensor>> copies;
  for (const auto& [name, target] : tensors_of(to)) {
    const auto source = sources.find(name);
    const bool fits = source != sources.end() && source->second.sizes() == target.sizes();
    require(fits || may_differ(name, to),
            origin,
            " does not fit the space ",
            to.space().name(),
            ": its tensor ",
            name,
            source == sources.end() ? " is missing" : " has another shape");
    if (fits) copies.emplace_back(target, source->second);
  }
  const at::NoGradGuard no_grad;
  for (auto& [target, source] : copies) target.copy_(source);
}

}  // namespace coppice

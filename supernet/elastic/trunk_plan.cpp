#include "supernet/elastic/trunk_plan.hpp"

#include <algorithm>

namespace coppice {
namespace {

// Calls visit(value) for each value that the layer reads.
template <class Visit>
void visit_inputs(const Layer& layer, Visit visit) {
  visit(value_index(layer.input));
  if (layer.kind == LayerKind::add) visit(value_index(layer.shortcut));
}

bool is_normed_conv(const LayerPlan& plan, int index) {
  if (index < 0) return false;
  const Layer& layer = plan.layers[static_cast<std::size_t>(index)];
  return layer.kind == LayerKind::conv && layer.batch_norm;
}

std::vector<int> use_counts(const LayerPlan& plan) {
  std::vector<int> counts(plan.layers.size() + 1);
  for (const Layer& layer : plan.layers) {
    visit_inputs(layer, [&](std::size_t value) { ++counts[value]; });
  }
  return counts;
}

bool is_known(const LayerPlan& plan, std::size_t index, const std::vector<int>& uses) {
  const Layer& layer = plan.layers[index];
  const bool used_here_alone = uses[value_index(layer.input)] == 1;
  const bool gated = layer.input >= 0 && plan.layers[static_cast<std::size_t>(layer.input)].kind ==
                                             LayerKind::squeeze_excite;
  switch (layer.kind) {
    case LayerKind::conv:
      if (!layer.batch_norm) return false;
      if (index == 0) return layer.input == kNetworkInput && layer.groups == 1;
      return layer.input >= 0 && (is_pointwise(layer) || (is_depthwise(layer) && !gated));
    case LayerKind::squeeze_excite:
      return used_here_alone && uses[index + 1] == 1 && is_normed_conv(plan, layer.input);
    case LayerKind::add:
      return used_here_alone && layer.activation == Activation::none &&
             is_normed_conv(plan, layer.input) && layer.shortcut >= 0;
    case LayerKind::global_pool:
      return used_here_alone && is_normed_conv(plan, layer.input);
    default:
      return false;
  }
}

}  // namespace

bool is_depthwise(const Layer& layer) {
  return layer.groups == layer.in_channels && layer.groups == layer.out_channels;
}

bool is_pointwise(const Layer& layer) {
  return layer.groups == 1 && layer.kernel == 1 && layer.stride == 1;
}

std::size_t trunk_length(const LayerPlan& plan) {
  const std::vector<int> uses = use_counts(plan);
  for (std::size_t i = 0; i < plan.layers.size() && is_known(plan, i, uses); ++i) {
    if (plan.layers[i].kind == LayerKind::global_pool) return i + 1;
  }
  return 0;
}

std::vector<int> first_uses(const LayerPlan& plan) {
  std::vector<int> first(plan.layers.size() + 1, -1);
  for (std::size_t i = plan.layers.size(); i-- > 0;) {
    visit_inputs(plan.layers[i], [&](std::size_t value) { first[value] = static_cast<int>(i); });
  }
  return first;
}

}  // namespace coppice

#include "supernet/space/cost.hpp"

#include <algorithm>
#include <vector>

namespace coppice {
namespace {

std::int64_t activation_bytes(int channels, int size) {
  return std::int64_t{4} * channels * size * size;
}

std::int64_t value_bytes(const LayerPlan& plan, std::size_t value) {
  if (value == 0) return activation_bytes(plan.input_channels, plan.resolution);
  const Layer& producer = plan.layers[value - 1];
  return activation_bytes(producer.out_channels, producer.out_size);
}

std::int64_t peak_activation(const LayerPlan& plan) {
  const std::vector<int> uses = last_uses(plan);
  std::int64_t alive = value_bytes(plan, 0);
  std::int64_t peak = alive;
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    alive += value_bytes(plan, i + 1);
    peak = std::max(peak, alive);
    for (std::size_t value = 0; value <= i; ++value) {
      if (uses[value] == static_cast<int>(i)) alive -= value_bytes(plan, value);
    }
  }
  return peak;
}

}  // namespace

const std::vector<std::string>& cost_names() {
  static const std::vector<std::string> names = {"macs", "params", "peak_activation_bytes"};
  return names;
}

std::int64_t count_macs(const Layer& layer) {
  const std::int64_t in = layer.in_channels;
  const std::int64_t out = layer.out_channels;
  switch (layer.kind) {
    case LayerKind::conv:
      return std::int64_t{layer.out_size} * layer.out_size * (in / layer.groups) * out *
             layer.kernel * layer.kernel;
    case LayerKind::squeeze_excite:
      return 2 * in * layer.hidden_channels;
    case LayerKind::linear:
      return in * out;
    default:
      return 0;
  }
}

std::int64_t count_params(const Layer& layer) {
  const std::int64_t in = layer.in_channels;
  const std::int64_t out = layer.out_channels;
  switch (layer.kind) {
    case LayerKind::conv:
      return (in / layer.groups) * out * layer.kernel * layer.kernel +
             (layer.batch_norm ? 2 * out : 0);
    case LayerKind::squeeze_excite:
      return 2 * in * layer.hidden_channels + in + layer.hidden_channels;
    case LayerKind::linear:
      return in * out + out;
    default:
      return 0;
  }
}

Cost count_cost(const LayerPlan& plan) {
  Cost cost;
  for (const Layer& layer : plan.layers) {
    cost.macs += count_macs(layer);
    cost.params += count_params(layer);
  }
  cost.peak_activation_bytes = peak_activation(plan);
  return cost;
}

}  // namespace coppice

#include "supernet/space/cost.hpp"

#include <algorithm>
#include <vector>

namespace coppice {
namespace {

std::int64_t activation_bytes(int channels, int size) {
  return std::int64_t{4} * channels * size * size;
}

// The index of the last layer that reads each layer's output (-1: nobody); the network's input
// stands at the end.
std::vector<int> last_uses(const LayerPlan& plan) {
  std::vector<int> uses(plan.layers.size() + 1, -1);
  const auto use = [&uses](int value, int layer) {
    const auto slot = value == kNetworkInput ? uses.size() - 1 : static_cast<std::size_t>(value);
    uses[slot] = std::max(uses[slot], layer);
  };
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    use(plan.layers[i].input, static_cast<int>(i));
    if (plan.layers[i].kind == LayerKind::add) {
      use(plan.layers[i].shortcut, static_cast<int>(i));
    }
  }
  return uses;
}

std::int64_t peak_activation(const LayerPlan& plan) {
  const std::vector<int> uses = last_uses(plan);
  std::int64_t alive = activation_bytes(plan.input_channels, plan.resolution);
  std::int64_t peak = alive;
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    const Layer& layer = plan.layers[i];
    alive += activation_bytes(layer.out_channels, layer.out_size);
    peak = std::max(peak, alive);
    for (std::size_t value = 0; value < i; ++value) {
      if (uses[value] == static_cast<int>(i)) {
        alive -= activation_bytes(plan.layers[value].out_channels, plan.layers[value].out_size);
      }
    }
    if (uses.back() == static_cast<int>(i)) {
      alive -= activation_bytes(plan.input_channels, plan.resolution);
    }
  }
  return peak;
}

}  // namespace

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

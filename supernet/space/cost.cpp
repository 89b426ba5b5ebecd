#include "supernet/space/cost.hpp"

#include <algorithm>
#include <vector>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

// 2^53: up to here a double, in which searches and predictors compare costs, is exact too.
constexpr double kMostCounted = 9007199254740992.0;

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

int inputs_of_group(const Layer& layer) { return layer.in_channels / layer.groups; }

// `Number` is exact, or one that cannot overflow.
template <class Number>
Number macs_of(const Layer& layer) {
  const Number in = layer.in_channels;
  const Number out = layer.out_channels;
  switch (layer.kind) {
    case LayerKind::conv:
      return Number(layer.out_size) * layer.out_size * inputs_of_group(layer) * out * layer.kernel *
             layer.kernel;
    case LayerKind::squeeze_excite:
      return 2 * in * layer.hidden_channels;
    case LayerKind::linear:
      return in * out;
    default:
      return 0;
  }
}

template <class Number>
Number params_of(const Layer& layer) {
  const Number in = layer.in_channels;
  const Number out = layer.out_channels;
  switch (layer.kind) {
    case LayerKind::conv:
      return Number(inputs_of_group(layer)) * out * layer.kernel * layer.kernel +
             (layer.batch_norm ? 2 * out : 0);
    case LayerKind::squeeze_excite:
      return 2 * in * layer.hidden_channels + in + layer.hidden_channels;
    case LayerKind::linear:
      return in * out + out;
    default:
      return 0;
  }
}

}  // namespace

const std::vector<std::string>& cost_names() {
  static const std::vector<std::string> names = {"macs", "params", "peak_activation_bytes"};
  return names;
}

std::int64_t count_macs(const Layer& layer) { return macs_of<std::int64_t>(layer); }

std::int64_t count_params(const Layer& layer) { return params_of<std::int64_t>(layer); }

Cost count_cost(const LayerPlan& plan) {
  Cost cost;
  for (const Layer& layer : plan.layers) {
    cost.macs += count_macs(layer);
    cost.params += count_params(layer);
  }
  cost.peak_activation_bytes = peak_activation(plan);
  return cost;
}

void require_countable(const LayerPlan& plan, const std::string& name) {
  std::vector<double> costs(cost_names().size());
  for (const Layer& layer : plan.layers) {
    costs[0] += macs_of<double>(layer);
    costs[1] += params_of<double>(layer);
  }
  costs[2] =
      static_cast<double>(peak_activation(plan));  // far from overflow within a spec's bounds
  for (std::size_t i = 0; i < costs.size(); ++i) {
    require_usage(
        costs[i] < kMostCounted,
        "the largest network of the space ",
        name,
        " has ",
        cost_names()[i],
        " = ",
        costs[i],
        ", must be below ",
        kMostCounted,
        " to be counted exactly; lower widths, expansions, kernels, depths or resolutions");
  }
}

}  // namespace coppice

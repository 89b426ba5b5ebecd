#include "supernet/space/layer_plan.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "supernet/space/plan_builder.hpp"

namespace coppice {

int make_divisible(double value) {
  constexpr int divisor = 8;
  const int rounded =
      std::max(divisor, static_cast<int>(value + divisor / 2.0) / divisor * divisor);
  return rounded < 0.9 * value ? rounded + divisor : rounded;
}

LayerPlan plan_layers(const SearchSpace& space, const Architecture& architecture) {
  return space.spec().family == Family::mobile ? plan_mobile(space, architecture)
                                               : plan_resnet(space, architecture);
}

std::vector<int> last_uses(const LayerPlan& plan) {
  std::vector<int> uses(plan.layers.size() + 1, -1);
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    const Layer& layer = plan.layers[i];
    uses[value_index(layer.input)] = static_cast<int>(i);
    if (layer.kind == LayerKind::add) {
      uses[value_index(layer.shortcut)] = static_cast<int>(i);
    }
  }
  return uses;
}

PlanBuilder::PlanBuilder(const SpaceSpec& spec, int resolution) {
  plan_.input_channels = spec.channels;
  plan_.resolution = resolution;
  plan_.classes = spec.classes;
  plan_.batch_norm_eps = spec.batch_norm_eps;
}

PlanValue PlanBuilder::network_input() const {
  return {kNetworkInput, plan_.input_channels, plan_.resolution};
}

Layer& PlanBuilder::append(LayerKind kind, PlanValue input, const std::string& name) {
  Layer layer;
  layer.kind = kind;
  layer.name = name;
  layer.block = block_;
  layer.input = input.producer;
  layer.in_channels = layer.out_channels = input.channels;
  layer.in_size = layer.out_size = input.size;
  plan_.layers.push_back(layer);
  return plan_.layers.back();
}

PlanValue PlanBuilder::last() const {
  const Layer& layer = plan_.layers.back();
  return {static_cast<int>(plan_.layers.size()) - 1, layer.out_channels, layer.out_size};
}

PlanValue PlanBuilder::conv(PlanValue input, const std::string& name, const ConvShape& shape) {
  Layer& layer = append(LayerKind::conv, input, name);
  layer.out_channels = shape.out_channels;
  layer.out_size = (input.size - 1) / shape.stride + 1;
  layer.kernel = shape.kernel;
  layer.stride = shape.stride;
  layer.groups = shape.groups;
  layer.batch_norm = shape.batch_norm;
  layer.activation = shape.activation;
  return last();
}

PlanValue PlanBuilder::squeeze_excite(PlanValue input, const std::string& name) {
  const int quarter = input.channels / 4;
  append(LayerKind::squeeze_excite, input, name).hidden_channels = make_divisible(quarter);
  return last();
}

PlanValue PlanBuilder::add(PlanValue input,
                           PlanValue shortcut,
                           const std::string& name,
                           Activation activation) {
  Layer& layer = append(LayerKind::add, input, name);
  layer.shortcut = shortcut.producer;
  layer.activation = activation;
  return last();
}

PlanValue PlanBuilder::pool(
    PlanValue input, LayerKind kind, const std::string& name, int kernel, int stride) {
  Layer& layer = append(kind, input, name);
  layer.kernel = kernel;
  layer.stride = stride;
  layer.out_size = kind == LayerKind::global_pool ? 1 : (input.size - 1) / stride + 1;
  return last();
}

PlanValue PlanBuilder::linear(PlanValue input, const std::string& name, int out_channels) {
  append(LayerKind::linear, input, name).out_channels = out_channels;
  return last();
}

}  // namespace coppice

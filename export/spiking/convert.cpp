#include "export/spiking/convert.hpp"

#include <algorithm>
#include <cmath>

#include "export/fold_batch_norm.hpp"
#include "export/spiking/spikeable.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

using Scale = std::vector<double>;

// What a layer of the plan gives: the sum of some nodes, where a unit of channel c is worth
// scale[c]; an empty scale is 1 everywhere.
struct Value {
  std::vector<int> nodes;
  Scale scale;
  int channels = 0;
  int size = 0;
};

// Rounds to the finest grid on which the sum over a neuron's inputs stays exact in float: 24
// binary digits, some of them before the point.
class Grid {
 public:
  Grid(const std::vector<double>& weight, const std::vector<double>& bias) {
    const std::size_t row = weight.size() / bias.size();
    double largest = 0;
    for (std::size_t c = 0; c < bias.size(); ++c) {
      double sum = std::abs(bias[c]);
      for (std::size_t i = c * row; i < (c + 1) * row; ++i) sum += std::abs(weight[i]);
      largest = std::max(largest, sum);
    }
    // One digit to spare: rounding may add to the sum.
    const int before = largest > 0 ? std::max(0, std::ilogb(largest) + 2) : 0;
    steps_ = std::ldexp(1.0, std::clamp(24 - before, 0, kWeightBits));
  }

  [[nodiscard]] std::vector<float> round(const std::vector<double>& values) const {
    std::vector<float> rounded;
    rounded.reserve(values.size());
    for (const double value : values) {
      rounded.push_back(static_cast<float>(std::nearbyint(value * steps_) / steps_));
    }
    return rounded;
  }

 private:
  double steps_ = 1;
};

class Conversion {
 public:
  Conversion(const PlainNetwork& network, const Thresholds& thresholds)
      : network_(network), thresholds_(thresholds) {
    const LayerPlan& plan = network.plan;
    SpikingNode input;
    input.name = "input";
    input.channels = plan.input_channels;
    input.size = plan.resolution;
    values_.push_back({{append(std::move(input))}, {}, plan.input_channels, plan.resolution});
  }

  SpikingNetwork run() {
    for (std::size_t i = 0; i < network_.plan.layers.size(); ++i) {
      values_.push_back(convert_layer(network_.plan.layers[i], i));
    }
    check_spiking_network(out_);
    return std::move(out_);
  }

 private:
  int append(SpikingNode node) {
    out_.nodes.push_back(std::move(node));
    return static_cast<int>(out_.nodes.size()) - 1;
  }

  [[nodiscard]] const Value& value(int producer) const { return values_[value_index(producer)]; }

  Value convert_layer(const Layer& layer, std::size_t index) {
    switch (layer.kind) {
      case LayerKind::conv:
      case LayerKind::linear:
        return convolved(layer, index);
      case LayerKind::add:
        return added(layer, index);
      default:  // require_spikeable leaves no other
        return pooled(layer);
    }
  }

  // A layer's threshold, by which what enters its neurons is divided; empty without neurons.
  [[nodiscard]] Scale threshold_of(const Layer& layer, std::size_t index) const {
    if (layer.activation == Activation::none) return {};
    const std::vector<float>& threshold = thresholds_[index];
    require(threshold.size() == static_cast<std::size_t>(layer.out_channels) &&
                std::all_of(threshold.begin(), threshold.end(), [](float t) { return t > 0; }),
            "layer '",
            layer.name,
            "' needs one positive threshold for each of its ",
            layer.out_channels,
            " channels");
    return {threshold.begin(), threshold.end()};
  }

  Value convolved(const Layer& layer, std::size_t index) {
    const Value& source = value(layer.input);
    const Scale out = threshold_of(layer, index);
    const PlainLayer& arrays = network_.layers[index];
    std::vector<double> weight(arrays.weight.values.begin(), arrays.weight.values.end());
    std::vector<double> bias(arrays.bias.values.begin(), arrays.bias.values.end());
    const auto channels = bias.size();
    const std::size_t row = weight.size() / channels;
    const auto area =
        static_cast<std::size_t>(layer.kernel) * static_cast<std::size_t>(layer.kernel);
    for (std::size_t i = 0; i < weight.size(); ++i) {
      const std::size_t channel = i / row;
      const std::size_t input = layer.groups > 1 ? channel : (i % row) / area;
      if (!source.scale.empty()) weight[i] *= source.scale[input];
      if (!out.empty()) weight[i] /= out[channel];
    }
    for (std::size_t c = 0; !out.empty() && c < channels; ++c) bias[c] /= out[c];
    SpikingNode node;
    node.kind = SpikingKind::conv;
    node.name = layer.name;
    node.inputs = source.nodes;
    node.channels = layer.out_channels;
    node.size = layer.out_size;
    node.in_channels = layer.in_channels;
    node.kernel = layer.kernel;
    node.stride = layer.stride;
    node.groups = layer.groups;
    set_weights(node, weight, bias);
    return fired(layer, {{append(std::move(node))}, {}, layer.out_channels, layer.out_size}, out);
  }

  static void set_weights(SpikingNode& node,
                          const std::vector<double>& weight,
                          const std::vector<double>& bias) {
    const Grid grid(weight, bias);
    node.weight = grid.round(weight);
    node.bias = grid.round(bias);
  }

  // `source` with units of 1, or of 1 / threshold where neurons follow.
  std::vector<int> scaled(const Value& source, const std::string& name, const Scale& threshold) {
    if (source.scale.empty() && threshold.empty()) return source.nodes;
    const auto channels = static_cast<std::size_t>(source.channels);
    std::vector<double> weight(channels, 1);
    for (std::size_t c = 0; c < channels; ++c) {
      if (!source.scale.empty()) weight[c] *= source.scale[c];
      if (!threshold.empty()) weight[c] /= threshold[c];
    }
    SpikingNode node;
    node.kind = SpikingKind::conv;
    node.name = name;
    node.inputs = source.nodes;
    node.channels = node.in_channels = node.groups = source.channels;
    node.size = source.size;
    set_weights(node, weight, std::vector<double>(channels));
    return {append(std::move(node))};
  }

  Value added(const Layer& layer, std::size_t index) {
    const Scale out = threshold_of(layer, index);
    std::vector<int> nodes = scaled(value(layer.input), layer.name + ".input", out);
    const std::vector<int> more = scaled(value(layer.shortcut), layer.name + ".shortcut", out);
    nodes.insert(nodes.end(), more.begin(), more.end());
    return fired(layer, {nodes, {}, layer.out_channels, layer.out_size}, out);
  }

  // The mean is a sum whose unit is worth less.
  Value pooled(const Layer& layer) {
    const Value& source = value(layer.input);
    SpikingNode node;
    node.kind = SpikingKind::sum_pool;
    node.name = layer.name;
    node.inputs = source.nodes;
    node.channels = layer.out_channels;
    node.size = 1;
    Scale scale = source.scale;
    if (scale.empty()) scale.assign(static_cast<std::size_t>(layer.out_channels), 1.0);
    for (double& s : scale) s /= static_cast<double>(layer.in_size) * layer.in_size;
    return {{append(std::move(node))}, scale, layer.out_channels, 1};
  }

  Value fired(const Layer& layer, const Value& current, const Scale& threshold) {
    if (threshold.empty()) return current;
    SpikingNode node;
    node.kind = SpikingKind::neurons;
    node.name = layer.name + ".neurons";
    node.inputs = current.nodes;
    node.channels = current.channels;
    node.size = current.size;
    return {{append(std::move(node))}, threshold, current.channels, current.size};
  }

  const PlainNetwork& network_;
  const Thresholds& thresholds_;
  std::vector<Value> values_;  // value i + 1 is that of layer i; value 0 the input
  SpikingNetwork out_;
};

}  // namespace

SpikingNetwork convert(const PlainNetwork& network, const Thresholds& thresholds) {
  require_spikeable(network.plan);
  require(thresholds.size() == network.plan.layers.size(),
          "thresholds are given for ",
          thresholds.size(),
          " layers, the network has ",
          network.plan.layers.size());
  const PlainNetwork folded = fold_batch_norm(network);
  return Conversion(folded, thresholds).run();
}

}  // namespace coppice

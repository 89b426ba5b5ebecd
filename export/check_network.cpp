#include "export/check_network.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

using Shape = std::vector<std::int64_t>;

std::string shape_text(const Shape& shape) {
  std::string out = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    out += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  }
  return out + "]";
}

void check_tensor(const Layer& layer,
                  const char* name,
                  const PlainTensor& tensor,
                  const Shape& shape) {
  require(tensor.shape == shape,
          "layer '",
          layer.name,
          "': ",
          name,
          " has the shape ",
          shape_text(tensor.shape),
          ", must be ",
          shape_text(shape));
  std::int64_t count = 1;
  for (const std::int64_t size : shape) count *= size;
  require(static_cast<std::int64_t>(tensor.values.size()) == count,
          "layer '",
          layer.name,
          "': ",
          name,
          " holds ",
          tensor.values.size(),
          " values, its shape asks for ",
          count);
  const auto bad = std::find_if_not(
      tensor.values.begin(), tensor.values.end(), [](float v) { return std::isfinite(v); });
  require(bad == tensor.values.end(),
          "layer '",
          layer.name,
          "': ",
          name,
          " holds a value that is not finite; the network was not trained to an end that can be "
          "exported");
}

void check_conv(const Layer& layer, const PlainLayer& arrays) {
  const std::int64_t out = layer.out_channels;
  check_tensor(layer,
               "weight",
               arrays.weight,
               {out, layer.in_channels / layer.groups, layer.kernel, layer.kernel});
  if (!arrays.bias.values.empty()) check_tensor(layer, "bias", arrays.bias, {out});
  if (!layer.batch_norm) return;
  check_tensor(layer, "norm_weight", arrays.norm_weight, {out});
  check_tensor(layer, "norm_bias", arrays.norm_bias, {out});
  check_tensor(layer, "norm_mean", arrays.norm_mean, {out});
  check_tensor(layer, "norm_variance", arrays.norm_variance, {out});
  const auto& variance = arrays.norm_variance.values;
  const float smallest = *std::min_element(variance.begin(), variance.end());
  require(
      smallest >= 0, "layer '", layer.name, "': norm_variance holds ", smallest, ", must be >= 0");
}

void check_squeeze_excite(const Layer& layer, const PlainLayer& arrays) {
  const std::int64_t channels = layer.in_channels;
  const std::int64_t hidden = layer.hidden_channels;
  check_tensor(layer, "reduce_weight", arrays.reduce_weight, {hidden, channels, 1, 1});
  check_tensor(layer, "reduce_bias", arrays.reduce_bias, {hidden});
  check_tensor(layer, "expand_weight", arrays.expand_weight, {channels, hidden, 1, 1});
  check_tensor(layer, "expand_bias", arrays.expand_bias, {channels});
}

void check_inputs(const Layer& layer, int index) {
  const auto known = [index](int producer) {
    return producer >= kNetworkInput && producer < index;
  };
  require(known(layer.input) && (layer.kind != LayerKind::add || known(layer.shortcut)),
          "layer '",
          layer.name,
          "' reads a layer that comes after it");
}

}  // namespace

void check_network(const PlainNetwork& network) {
  const auto& layers = network.plan.layers;
  require(!layers.empty() && layers.back().kind == LayerKind::linear,
          "the network does not end in a linear layer; only classifiers can be exported");
  require(network.layers.size() == layers.size(),
          "the network has arrays for ",
          network.layers.size(),
          " layers, its plan has ",
          layers.size());
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Layer& layer = layers[i];
    const PlainLayer& arrays = network.layers[i];
    check_inputs(layer, static_cast<int>(i));
    if (layer.kind == LayerKind::conv) check_conv(layer, arrays);
    if (layer.kind == LayerKind::squeeze_excite) check_squeeze_excite(layer, arrays);
    if (layer.kind == LayerKind::linear) {
      check_tensor(layer, "weight", arrays.weight, {layer.out_channels, layer.in_channels});
      check_tensor(layer, "bias", arrays.bias, {layer.out_channels});
    }
  }
}

}  // namespace coppice

#include "export/fold_batch_norm.hpp"

#include <cmath>

#include "export/check_network.hpp"

namespace coppice {
namespace {

void fold(PlainLayer& arrays, double eps) {
  const std::size_t channels = arrays.norm_weight.values.size();
  const std::size_t per_channel = arrays.weight.values.size() / channels;
  for (std::size_t c = 0; c < channels; ++c) {
    const double variance = arrays.norm_variance.values[c];
    const double scale = arrays.norm_weight.values[c] / std::sqrt(variance + eps);
    for (std::size_t i = c * per_channel; i < (c + 1) * per_channel; ++i) {
      arrays.weight.values[i] = static_cast<float>(arrays.weight.values[i] * scale);
    }
    const double centred = double{arrays.bias.values[c]} - double{arrays.norm_mean.values[c]};
    arrays.bias.values[c] = static_cast<float>(centred * scale + arrays.norm_bias.values[c]);
  }
  arrays.norm_weight = arrays.norm_bias = arrays.norm_mean = arrays.norm_variance = {};
}

}  // namespace

PlainNetwork fold_batch_norm(const PlainNetwork& network) {
  check_network(network);
  PlainNetwork folded = network;
  for (std::size_t i = 0; i < folded.layers.size(); ++i) {
    Layer& layer = folded.plan.layers[i];
    if (layer.kind != LayerKind::conv) continue;
    PlainTensor& bias = folded.layers[i].bias;
    if (bias.values.empty()) {
      bias = {{layer.out_channels},
              std::vector<float>(static_cast<std::size_t>(layer.out_channels))};
    }
    if (layer.batch_norm) fold(folded.layers[i], folded.plan.batch_norm_eps);
    layer.batch_norm = false;
  }
  return folded;
}

}  // namespace coppice

#include "export/spiking/spikeable.hpp"

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

// Empty when the layer can spike.
std::string obstacle(const Layer& layer) {
  switch (layer.kind) {
    case LayerKind::squeeze_excite:
      return "squeeze-excite multiplies two values";
    case LayerKind::max_pool:
      return "max-pool takes a maximum over spike trains";
    case LayerKind::avg_pool:
      return "avg-pool of parts of the map is not converted";
    default:
      return layer.activation == Activation::h_swish ? "h_swish is no rate of spikes" : "";
  }
}

}  // namespace

std::vector<std::string> unspikeable_layers(const LayerPlan& plan) {
  std::vector<std::string> found;
  for (const Layer& layer : plan.layers) {
    const std::string reason = obstacle(layer);
    if (!reason.empty()) found.push_back(layer.name + ": " + reason);
  }
  return found;
}

void require_spikeable(const LayerPlan& plan) {
  const std::vector<std::string> found = unspikeable_layers(plan);
  if (found.empty()) return;
  throw Error(text("the network cannot spike: ",
                   found.front(),
                   found.size() > 1 ? text(" (and ", found.size() - 1, " more layers)") : "",
                   "; train a space of ReLU without squeeze-excite (small-relu), or let "
                   "coppice spike --replace put ReLU and fixed gates in their place and "
                   "--finetune-epochs repair them"));
}

}  // namespace coppice

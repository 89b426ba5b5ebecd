#include "experiments/report/block_shapes.hpp"

#include <algorithm>

#include "supernet/space/cost.hpp"
#include "supernet/space/layer_plan.hpp"

namespace coppice {
namespace {

bool has_weights(const Layer& layer) {
  return layer.kind == LayerKind::conv || layer.kind == LayerKind::linear ||
         layer.kind == LayerKind::squeeze_excite;
}

// "blocks.3.depthwise" -> "blocks.3", "stem" -> "stem"
std::string block_name(const Layer& layer) { return layer.name.substr(0, layer.name.rfind('.')); }

BlockShape begin_shape(const Layer& layer) {
  BlockShape shape;
  shape.elastic = layer.block >= 0;
  shape.name = block_name(layer);
  return shape;
}

void add_layer(const Layer& layer, BlockShape& shape) {
  shape.macs += count_macs(layer);
  shape.shortcut |= layer.kind == LayerKind::add;
  shape.squeeze_excite |= layer.kind == LayerKind::squeeze_excite;
  if (layer.kind == LayerKind::conv) {
    // A 1 x 1 block has no larger kernel: then its first convolution counts.
    if (shape.elastic && (shape.inner == 0 || layer.kernel > shape.kernel)) {
      shape.inner = layer.out_channels;
    }
    shape.kernel = std::max(shape.kernel, layer.kernel);
  }
  shape.channels = layer.out_channels;
  shape.size = layer.out_size;
}

}  // namespace

std::vector<BlockShape> block_shapes(const SearchSpace& space, const Architecture& architecture) {
  const LayerPlan plan = plan_layers(space, architecture);
  std::vector<BlockShape> shapes;
  for (const Layer& layer : plan.layers) {
    const bool same_block = !shapes.empty() && shapes.back().name == block_name(layer);
    if (!same_block && !has_weights(layer)) continue;
    if (!same_block) shapes.push_back(begin_shape(layer));
    add_layer(layer, shapes.back());
  }
  return shapes;
}

}  // namespace coppice

// A layer plan: an architecture as an ordered list of concrete layers.
//
// The only place where choices become layers. The supernet, the cost model, the exporters and the
// latency table all walk this list, so they cannot disagree.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "supernet/space/search_space.hpp"

namespace coppice {

enum class LayerKind {
  conv,            ///< convolution, then batch norm if any, then activation if any
  squeeze_excite,  ///< x * h_sigmoid(expand(relu(reduce(mean(x)))))
  add,             ///< input + shortcut, then activation if any
  max_pool,        ///< kernel x kernel, padding kernel / 2
  avg_pool,        ///< kernel x kernel, stride = kernel, no padding, partial windows kept
  global_pool,     ///< mean over height and width
  linear           ///< fully connected with bias; its input is the pooled vector
};

constexpr int kNetworkInput = -1;

/// Where the output of a layer stands in an array of a network's values, which its input begins.
[[nodiscard]] constexpr std::size_t value_index(int layer) noexcept {
  return layer < 0 ? 0 : static_cast<std::size_t>(layer) + 1;
}

/// Inputs are named by the index of the layer that produced them, or kNetworkInput. All images
/// are square: sizes are in pixels of one side. Convolutions are padded by kernel / 2.
struct Layer {
  LayerKind kind = LayerKind::conv;
  std::string name;  ///< of its weights in the supernet: "blocks.3.depthwise", "stem" ...
  int block = -1;    ///< slot of the elastic block it belongs to, or -1
  int input = kNetworkInput;
  int shortcut = kNetworkInput;  ///< second operand of add
  int in_channels = 0;
  int out_channels = 0;
  int in_size = 0;
  int out_size = 0;
  int kernel = 1;
  int stride = 1;
  int groups = 1;           ///< in_channels for depthwise convolutions, else 1
  int hidden_channels = 0;  ///< of squeeze_excite
  bool batch_norm = false;  ///< of conv
  Activation activation = Activation::none;
};

struct LayerPlan {
  int input_channels = 0;
  int resolution = 0;
  int classes = 0;
  double batch_norm_eps = 0;
  std::vector<Layer> layers;  ///< in execution order; the last one yields the logits
};

/// REQUIRES space.contains(architecture).
[[nodiscard]] LayerPlan plan_layers(const SearchSpace& space, const Architecture& architecture);

/// The last layer that reads each value (-1: nobody does). Value 0 is the network's input, value
/// i + 1 the output of layer i.
[[nodiscard]] std::vector<int> last_uses(const LayerPlan& plan);

/// Rounds to a multiple of 8, at least 8, never below 0.9 of the value (Sandler et al. 2018).
[[nodiscard]] int make_divisible(double value);

}  // namespace coppice

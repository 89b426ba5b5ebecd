#include "supernet/training/channel_sorting.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace coppice {
namespace {

// Writes the permuted rows back into the same memory, which parameters() shares.
void permute(const at::Tensor& tensor, std::int64_t dimension, const at::Tensor& order) {
  if (tensor.defined()) tensor.copy_(tensor.index_select(dimension, order));
}

void permute_outputs(const LayerTensors& conv, const at::Tensor& order) {
  permute(conv.weight, 0, order);
  permute(conv.norm_weight, 0, order);
  permute(conv.norm_bias, 0, order);
  permute(conv.norm_mean, 0, order);
  permute(conv.norm_variance, 0, order);
}

// Descending importance within each band [boundary i, boundary i + 1); stable, so that ties keep
// their place on every machine.
at::Tensor order_within_bands(const at::Tensor& importance, std::vector<std::int64_t> boundaries) {
  std::sort(boundaries.begin(), boundaries.end());
  boundaries.erase(std::unique(boundaries.begin(), boundaries.end()), boundaries.end());
  std::vector<at::Tensor> bands;
  for (std::size_t i = 0; i + 1 < boundaries.size(); ++i) {
    const at::Tensor band = importance.slice(0, boundaries[i], boundaries[i + 1]);
    bands.push_back(band.argsort(true, 0, true) + boundaries[i]);
  }
  return at::cat(bands);
}

// L1 norm of the weights that read each input channel.
at::Tensor importance_of_inputs(const at::Tensor& weight) { return weight.abs().sum({0, 2, 3}); }

std::string block_name(const SearchSpace& space, std::size_t slot) {
  const std::size_t offset = space.spec().family == Family::mobile ? 1 : 0;
  return "blocks." + std::to_string(slot + offset);
}

// The widths that trained expansions give this block, and 0 and the stored width.
std::vector<std::int64_t> band_boundaries(const SearchSpace& space,
                                          const BlockSlot& slot,
                                          std::int64_t stored,
                                          double base_width,
                                          int open_expands) {
  const auto& choices = space.genes()[static_cast<std::size_t>(slot.expand_gene)].choices;
  std::vector<std::int64_t> boundaries{0, stored};
  const auto open = std::min(choices.size(), static_cast<std::size_t>(open_expands));
  for (std::size_t i = 0; i < open; ++i) {
    const double expand = choices[choices.size() - 1 - i];
    const std::int64_t width = make_divisible(std::round(base_width * expand));
    boundaries.push_back(std::min(width, stored));
  }
  return boundaries;
}

void sort_squeeze_excite(const LayerTensors& se, const at::Tensor& order) {
  permute(se.expand_weight, 0, order);
  permute(se.expand_bias, 0, order);
  permute(se.reduce_weight, 1, order);
  const at::Tensor hidden = importance_of_inputs(se.expand_weight).argsort(true, 0, true);
  permute(se.expand_weight, 1, hidden);
  permute(se.reduce_weight, 0, hidden);
  permute(se.reduce_bias, 0, hidden);
}

void sort_mobile_block(Supernet& net, std::size_t index, int open_expands) {
  const SearchSpace& space = net.space();
  const BlockSlot& slot = space.slots()[index];
  const std::string name = block_name(space, index);
  const LayerTensors& project = net.stored(name + ".project");
  const LayerTensors& expand = net.stored(name + ".expand");
  const auto in_channels = static_cast<double>(expand.weight.size(1));
  const at::Tensor order = order_within_bands(
      importance_of_inputs(project.weight),
      band_boundaries(space, slot, project.weight.size(1), in_channels, open_expands));
  permute(project.weight, 1, order);
  permute_outputs(net.stored(name + ".depthwise"), order);
  permute_outputs(expand, order);
  if (space.spec().stages[static_cast<std::size_t>(slot.stage)].squeeze_excite) {
    sort_squeeze_excite(net.stored(name + ".squeeze_excite"), order);
  }
}

void sort_bottleneck(Supernet& net, std::size_t index, int open_expands) {
  const SearchSpace& space = net.space();
  const BlockSlot& slot = space.slots()[index];
  const std::string name = block_name(space, index);
  const LayerTensors& conv1 = net.stored(name + ".conv1");
  const LayerTensors& conv2 = net.stored(name + ".conv2");
  const LayerTensors& conv3 = net.stored(name + ".conv3");
  const auto boundaries = band_boundaries(
      space, slot, conv3.weight.size(1), static_cast<double>(conv3.weight.size(0)), open_expands);
  const at::Tensor outer = order_within_bands(importance_of_inputs(conv3.weight), boundaries);
  permute(conv3.weight, 1, outer);
  permute_outputs(conv2, outer);
  const at::Tensor inner = order_within_bands(importance_of_inputs(conv2.weight), boundaries);
  permute(conv2.weight, 1, inner);
  permute_outputs(conv1, inner);
}

}  // namespace

void sort_channels(Supernet& supernet, int open_expands) {
  const at::NoGradGuard no_grad;
  for (std::size_t i = 0; i < supernet.space().slots().size(); ++i) {
    if (supernet.space().spec().family == Family::mobile) {
      sort_mobile_block(supernet, i, open_expands);
    } else {
      sort_bottleneck(supernet, i, open_expands);
    }
  }
}

}  // namespace coppice

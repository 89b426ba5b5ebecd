// A network computed the obvious way, in double: what every other way is compared with.
#pragma once

#include <vector>

#include "supernet/base/random.hpp"
#include "supernet/space/plain_network.hpp"

namespace coppice {

/// Random weights and batch-norm statistics of a trained network's size, so that logits stay near
/// 1 through any depth.
[[nodiscard]] PlainNetwork random_network(const LayerPlan& plan, Random random);

/// Normal values for `count` images of the plan's input.
[[nodiscard]] std::vector<float> random_images(const LayerPlan& plan, int count, Random random);

/// Logits [count, classes] of images [count, channels, resolution, resolution].
[[nodiscard]] std::vector<double> reference_logits(const PlainNetwork& network,
                                                   const std::vector<float>& images,
                                                   int count);

}  // namespace coppice

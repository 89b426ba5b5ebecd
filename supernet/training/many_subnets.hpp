// Many subnets of one supernet on the same images: each image is decoded once for all of them.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "supernet/supernet.hpp"
#include "supernet/training/evaluate.hpp"

namespace coppice {

/// What calibrated_subnet() gives for each, to the same bits, in one pass over the images. Throws
/// Error(interrupted) when an interruption is requested.
[[nodiscard]] std::vector<Subnet> calibrated_subnets(const Supernet& supernet,
                                                     const std::vector<Architecture>& architectures,
                                                     const PreparedImages& calibration);

/// What evaluate() gives for each; `known(i, accuracy)` is called as soon as that of subnets[i] is.
/// Where prepared images are kept, one subnet after the other is evaluated; the others in one pass
/// over the images, and known together at its end. Throws Error(interrupted) like evaluate().
void evaluate_all(const std::vector<Subnet>& subnets,
                  const PreparedImages& images,
                  const std::function<void(std::size_t i, const Accuracy& accuracy)>& known);

}  // namespace coppice

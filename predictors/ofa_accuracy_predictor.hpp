// The accuracy predictor that Once-For-All publishes: a network of 128-400-400-400-1 on one-hot
// choices of MobileNetV3 networks, saved by PyTorch.
#pragma once

#include <filesystem>

#include "predictors/choice_network.hpp"

namespace coppice {

/// Target accuracy, in percent (100 times the network's output), at the resolutions 112 to 224 in
/// steps of 16. Reads weights "0.weight", "0.bias", "2.weight" ... (a Sequential with ReLUs), also
/// under a common prefix. Throws Error naming the path: unreadable, a missing or left-over tensor,
/// another number of inputs than the space's choices need.
[[nodiscard]] ChoiceNetwork read_ofa_accuracy_predictor(const std::filesystem::path& path,
                                                        const SearchSpace& space);

}  // namespace coppice

// A choice network trained on measurements: the kind ofa-mlp of a fit. Internal to this folder's
// sources.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "predictors/choice_network.hpp"

namespace coppice {

struct ChoiceLesson {
  const std::vector<Architecture>& architectures;
  const std::vector<double>& values;
  std::uint64_t seed = 1;
};

/// Once-For-All's network (train_mlp) on the one-hot choices of the architectures, whose
/// resolutions are among `resolutions` (ascending). Weights of a resolution that does not occur are
/// interpolated between its neighbours'. Steps: 1000, above 2000 architectures half as many as
/// there are.
[[nodiscard]] std::shared_ptr<const ChoiceNetwork> train_choice_network(
    const SearchSpace& space, const std::vector<int>& resolutions, const ChoiceLesson& lesson);

}  // namespace coppice

// The exact costs of a network behind the interface of a predictor, so that a search can use them
// as objectives and limits like any other.
#pragma once

#include <memory>
#include <string>

#include "predictors/predictor.hpp"
#include "supernet/space/search_space.hpp"

namespace coppice {

/// Predicts what count_cost() counts, with an interval of 0. `name` is one of cost_names(); throws
/// Error(usage) naming them.
[[nodiscard]] std::unique_ptr<Predictor> make_cost_predictor(const SearchSpace& space,
                                                             const std::string& name);

}  // namespace coppice

// Quantities from predictors, and exact costs (supernet/space/cost.hpp).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "predictors/predictor.hpp"
#include "search/evaluator.hpp"
#include "supernet/space/search_space.hpp"

namespace coppice {

/// Names: the targets of the predictors, in their order, then `costs`, which are some of
/// cost_names(). The predictors are borrowed and must outlive the evaluator. Throws Error(usage)
/// when a predictor belongs to another space, when two predict the same, or when a cost is not
/// known.
[[nodiscard]] std::unique_ptr<Evaluator> predictor_evaluator(
    const SearchSpace& space,
    const std::vector<const Predictor*>& predictors,
    const std::vector<std::string>& costs);

}  // namespace coppice

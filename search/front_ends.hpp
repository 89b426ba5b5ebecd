// Where a front ends: the best network in each objective alone.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "search/evaluator.hpp"
#include "search/problem.hpp"
#include "supernet/base/random.hpp"

namespace coppice {

/// For each objective the best network within the limits that a local search of `evaluations`
/// networks finds; none for an objective where it finds none. A search for a front that starts from
/// them ends no lower: crossing and mutating a whole population seldom reaches the extremes.
/// `interrupted` is asked between generations and may be empty; what was found by then is returned.
[[nodiscard]] std::vector<Architecture> front_ends(const SearchProblem& problem,
                                                   const Evaluator& evaluator,
                                                   std::int64_t evaluations,
                                                   const Random& random,
                                                   const std::function<bool()>& interrupted);

}  // namespace coppice

// Where a search begins.
#pragma once

#include <vector>

#include "search/breeding.hpp"
#include "search/operators.hpp"
#include "search/problem.hpp"

namespace coppice {

/// Up to `count` networks: the smallest and the largest allowed one, SearchProblem::start, then
/// samples across all sizes. They join `seen`. Throws Error(usage) when a start architecture is
/// not allowed.
[[nodiscard]] std::vector<Architecture> start_population(const SearchProblem& problem,
                                                         const Operators& operators,
                                                         std::size_t count,
                                                         const Random& stream,
                                                         SeenSet& seen);

}  // namespace coppice

// The hypervolume of a set of points: how much of the space up to a reference point they dominate.
#pragma once

#include <vector>

#include "search/pareto.hpp"

namespace coppice {

/// Most objectives that hypervolume() takes.
constexpr std::size_t kMostObjectives = 4;

/// Exact, all objectives minimised; points that are not better than `reference` everywhere add
/// nothing. One and two objectives: sorting. Three: a sweep along the third objective that keeps
/// the staircase of the first two (Beume et al., "On the complexity of computing the hypervolume
/// indicator", 2009). Four: slabs along the fourth objective, each a three-objective volume of
/// the points seen so far ("hypervolume by slicing objectives", While et al. 2006). REQUIRES 1 to
/// kMostObjectives objectives and as many values in `reference`; throws Error otherwise.
[[nodiscard]] double hypervolume(const Points& points, const std::vector<double>& reference);

}  // namespace coppice

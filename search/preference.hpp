// Picking one network of a finished front by what one would like to have.
#pragma once

#include <string>
#include <vector>

#include "search/candidate.hpp"
#include "search/problem.hpp"

namespace coppice {

/// A value that would do for an objective, in its unit.
struct Aspiration {
  std::string name;
  double value = 0;
};

/// Reads 'accuracy#80+latency_ms#20'. Throws Error(usage) that quotes the text.
[[nodiscard]] std::vector<Aspiration> parse_preference(const std::string& preference);

/// Place in `front` of the network that misses the aspirations least: the one with the smallest
/// maximum over them of (value - aspiration) / range, where ranges are SearchProblem::ranges; so
/// where all can be met, the one that exceeds them most evenly. Ties go to the smaller sum (the
/// augmented achievement function of Wierzbicki, "The use of reference objectives in
/// multiobjective optimization", 1980), then to the first. `names` are Evaluator::names(). Throws
/// Error(usage) when an aspiration names no objective or one is named twice. REQUIRES a front that
/// is not empty.
[[nodiscard]] std::size_t preferred(const std::vector<Candidate>& front,
                                    const std::vector<Aspiration>& aspirations,
                                    const SearchProblem& problem,
                                    const std::vector<std::string>& names);

}  // namespace coppice

// Evolution where one evaluation costs minutes, as when every candidate is trained from scratch.
//
// A few networks at random, then mutants of the best so far, as Once-For-All's evolution takes its
// parents. Whoever pays for each evaluation wastes none: a network that is known to break a limit
// is never evaluated, and none is evaluated twice.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "supernet/base/random.hpp"
#include "supernet/space/search_space.hpp"

namespace coppice {

struct CostlySearchOptions {
  std::int64_t evaluations = 12;  ///< at least 1
  std::int64_t population = 4;    ///< drawn at random across all sizes to begin with, at least 1
  std::int64_t parents = 2;       ///< the best so far that have children, 1 to population
};

/// Throws Error(usage) naming the field, its value and the range.
void validate(const CostlySearchOptions& options);

struct ScoredNetwork {
  Architecture architecture;
  double score = 0;  ///< more is better
};

/// What is asked about networks.
struct CostlyProblem {
  SearchSpace space;
  std::function<bool(const Architecture&)> allowed;  ///< cheap: by exact costs
  std::function<double(const Architecture&)> score;  ///< expensive; in the order of the result
};

/// Everything that was evaluated, in order. The same seed and the same scores give the same
/// networks, so a search that was interrupted is repeated with remembered scores. Fewer than asked
/// only where the space holds no more allowed ones that chance finds; empty: it found none at all.
/// What `score` throws passes through.
[[nodiscard]] std::vector<ScoredNetwork> search_costly(const CostlyProblem& problem,
                                                       const CostlySearchOptions& options,
                                                       const Random& random);

/// The one with the highest score, the first of equals. REQUIRES at least one.
[[nodiscard]] const ScoredNetwork& best_of(const std::vector<ScoredNetwork>& networks);

}  // namespace coppice

// The best network, computed: for one objective and at most one limit, both sums over blocks.
#pragma once

#include "search/evaluator.hpp"
#include "search/progress.hpp"

namespace coppice {

struct ExactSearchOptions {
  std::int64_t evaluations = 1;  ///< the network that was computed is the only one asked about
};

/// Throws Error(usage) when evaluations < 1.
void validate(const ExactSearchOptions& options);

/// "": there are none but the budget.
[[nodiscard]] std::string to_text(const ExactSearchOptions& options);

/// No allowed network within the limit is better (best_additive). Where there is none, the one that
/// comes nearest is evaluated, and the summary has no best. Throws Error(usage) when there are
/// several objectives or limits, or one of them is no sum over blocks, naming it and the way out.
[[nodiscard]] SearchSummary search_exact(const SearchProblem& problem,
                                         const Evaluator& evaluator,
                                         const ExactSearchOptions& options,
                                         const SearchContext& context = {});

}  // namespace coppice

// The baseline every other search must beat: distinct networks drawn at random.
#pragma once

#include "search/evaluator.hpp"
#include "search/progress.hpp"

namespace coppice {

struct RandomSearchOptions {
  std::int64_t batch = 100;          ///< networks a generation, at least 1
  std::int64_t evaluations = 20000;  ///< distinct architectures, at least 1
};

/// Throws Error(usage) naming the field, its value and the range.
void validate(const RandomSearchOptions& options);

/// "batch=100": the options but the budget, for search_log.hpp.
[[nodiscard]] std::string to_text(const RandomSearchOptions& options);

/// Every gene uniform and independent within the choices, as the reference samples. Promises and
/// errors are those of search_nsga2.
[[nodiscard]] SearchSummary search_random(const SearchProblem& problem,
                                          const Evaluator& evaluator,
                                          const RandomSearchOptions& options,
                                          const SearchContext& context = {});

}  // namespace coppice

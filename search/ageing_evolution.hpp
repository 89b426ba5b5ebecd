// Regularised evolution: the oldest network dies, however good it is.
//
// Real, Aggarwal, Huang, Le: "Regularized evolution for image classifier architecture search",
// AAAI 2019. A child is a mutant of the best of a few drawn from the population.
#pragma once

#include "search/evaluator.hpp"
#include "search/operators.hpp"
#include "search/progress.hpp"

namespace coppice {

struct AgeingOptions {
  std::int64_t population = 100;     ///< networks alive, at least 2
  std::int64_t sample = 25;          ///< drawn for a parent, 1 to population
  std::int64_t children = 10;        ///< a generation, at least 1; the paper's is 1
  std::int64_t evaluations = 20000;  ///< distinct architectures, at least 1
};

/// Throws Error(usage) naming the field, its value and the range.
void validate(const AgeingOptions& options);

/// "population=100 ...": the options but the budget, for search_log.hpp.
[[nodiscard]] std::string to_text(const AgeingOptions& options);

/// For one objective; throws Error(usage) when the problem has several. A mutant differs in one
/// group of genes (operators.hpp). Promises and other errors are those of search_nsga2.
[[nodiscard]] SearchSummary search_ageing(const SearchProblem& problem,
                                          const Evaluator& evaluator,
                                          const AgeingOptions& options,
                                          const SearchContext& context = {});

}  // namespace coppice

// The constrained evolution of Once-For-All, as a baseline and for comparison.
//
// Cai, Gan, Wang, Zhang, Han: "Once-for-All: Train One Network and Specialize it for Efficient
// Deployment", ICLR 2020: truncation selection, half mutants, half children of two parents. Where
// the reference draws again until a network is within the limits, networks beyond them are ranked
// behind all others here, by how far they are beyond; and no network is evaluated twice.
#pragma once

#include "search/evaluator.hpp"
#include "search/operators.hpp"
#include "search/progress.hpp"

namespace coppice {

/// The defaults are the reference's.
struct EvolutionOptions {
  std::int64_t population = 100;     ///< children a generation, at least 4
  std::int64_t evaluations = 20000;  ///< distinct architectures, at least 1
  double parents = 0.25;             ///< share of the population that breeds, in (0, 1]
  double mutants = 0.5;              ///< share of the children with one parent, in [0, 1]
  MutationOptions mutation{0.1, 0.1, 0.1, 0.1};
};

/// Throws Error(usage) naming the field, its value and the range.
void validate(const EvolutionOptions& options);

/// "population=100 ...": the options but the budget, for search_log.hpp.
[[nodiscard]] std::string to_text(const EvolutionOptions& options);

/// For one objective; throws Error(usage) when the problem has several. Promises and other errors
/// are those of search_nsga2.
[[nodiscard]] SearchSummary search_evolution(const SearchProblem& problem,
                                             const Evaluator& evaluator,
                                             const EvolutionOptions& options,
                                             const SearchContext& context = {});

}  // namespace coppice

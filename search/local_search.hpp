// The best network under limits: many climbers that make the best few changes at once.
//
// A climber looks at every network one change away from its own, takes the gains and costs of the
// changes to add up, and evaluates what the knapsack (knapsack.hpp) proposes to change together.
// The best of all becomes its next place. Where nothing is better it has arrived: its network
// joins the elite, and it starts anew from a child of two of the elite, as in a memetic algorithm
// (Moscato, "On evolution, search, optimization, genetic algorithms and martial arts", 1989).
// Tight limits are met because a change that costs is proposed together with those that pay.
#pragma once

#include "search/evaluator.hpp"
#include "search/operators.hpp"
#include "search/progress.hpp"

namespace coppice {

struct LocalSearchOptions {
  /// Distinct architectures to evaluate, at least 1.
  std::int64_t evaluations = 100000;
  /// Networks drawn at the start, at least 4, but no more than a twentieth of the evaluations;
  /// climbers begin at the best of each resolution.
  std::int64_t samples = 500;
  /// At least 1; fewer where the evaluations do not last for eight steps of each.
  std::int64_t climbers = 16;
  std::int64_t elite = 30;  ///< arrived networks to breed from, at least 2
  /// Changes made together at most, 2 to 10.
  std::int64_t changes = 6;
  /// Networks a step that the knapsack proposes, at least 1.
  std::int64_t proposals = 60;
  /// Share of children with two parents, in [0, 1]; the others have one. All are mutated.
  double crossover = 0.7;
  MutationOptions mutation{0.12, 0.1, 0.1, 0.1};
};

/// Throws Error(usage) naming the field, its value and the range.
void validate(const LocalSearchOptions& options);

/// "samples=500 ...": the options but the budget, for search_log.hpp.
[[nodiscard]] std::string to_text(const LocalSearchOptions& options);

/// For one objective; throws Error(usage) when the problem has several. One generation is one step
/// of every climber. Asks for the same network many times: hand it a CachingEvaluator. Promises
/// and other errors are those of search_nsga2.
[[nodiscard]] SearchSummary search_local(const SearchProblem& problem,
                                         const Evaluator& evaluator,
                                         const LocalSearchOptions& options,
                                         const SearchContext& context = {});

}  // namespace coppice

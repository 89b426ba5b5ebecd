// The evolutionary search: NSGA-II with limits, an archive, and no network evaluated twice.
//
// Deb, Pratap, Agarwal, Meyarivan: "A fast and elitist multiobjective genetic algorithm:
// NSGA-II", IEEE Transactions on Evolutionary Computation 6(2), 2002. With one objective it is a
// constrained genetic algorithm with elitist truncation.
#pragma once

#include "search/evaluator.hpp"
#include "search/operators.hpp"
#include "search/progress.hpp"

namespace coppice {

struct Nsga2Options {
  /// Networks kept from generation to generation, and children a generation; at least 4. Larger
  /// ones give denser fronts, smaller ones converge with fewer evaluations.
  std::int64_t population = 100;
  /// Distinct architectures to evaluate, at least 1.
  std::int64_t evaluations = 20000;
  /// Ends when that many generations in a row changed nothing; 0: never.
  std::int64_t stall_generations = 0;
  /// Share of children with two parents, in [0, 1]; the others have one. All are mutated.
  double crossover = 0.9;
  /// With one objective: largest share of the population that may agree in all depths and in the
  /// resolution, in (0, 1]; 1: no matter. Small ones keep the population from collapsing onto the
  /// first good network, as that of the reference does.
  double niche_share = 0.1;
  MutationOptions mutation;
};

/// Throws Error(usage) naming the field, its value and the range.
void validate(const Nsga2Options& options);

/// "population=100 ...": the options but the budget, for search_log.hpp.
[[nodiscard]] std::string to_text(const Nsga2Options& options);

/// Same problem, evaluator rows, options and seed give the same result, bit for bit, on any number
/// of threads and after any interruption. Throws Error(usage) as validate and Scoring do; what the
/// evaluator throws passes through.
[[nodiscard]] SearchSummary search_nsga2(const SearchProblem& problem,
                                         const Evaluator& evaluator,
                                         const Nsga2Options& options,
                                         const SearchContext& context = {});

}  // namespace coppice

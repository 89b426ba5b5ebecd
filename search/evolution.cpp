#include "search/evolution.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "search/breeding.hpp"
#include "search/search_run.hpp"
#include "search/selection.hpp"
#include "supernet/base/error.hpp"

namespace coppice {

void validate(const EvolutionOptions& options) {
  require_usage(
      options.population >= 4, "population = ", options.population, ", must be at least 4");
  require_usage(
      options.evaluations >= 1, "evaluations = ", options.evaluations, ", must be at least 1");
  require_usage(options.parents > 0 && options.parents <= 1,
                "parents = ",
                options.parents,
                ", must be above 0 and at most 1");
  require_usage(options.mutants >= 0 && options.mutants <= 1,
                "mutants = ",
                options.mutants,
                ", must be in [0, 1]");
  validate(options.mutation);
}

std::string to_text(const EvolutionOptions& options) {
  return text("population=",
              options.population,
              " parents=",
              shortest_text(options.parents),
              " mutants=",
              shortest_text(options.mutants),
              " ",
              to_text(options.mutation));
}

SearchSummary search_evolution(const SearchProblem& problem,
                               const Evaluator& evaluator,
                               const EvolutionOptions& options,
                               const SearchContext& context) {
  validate(options);
  require_one_objective(problem, "evolution");
  const Operators operators(problem.space, problem.choices, options.mutation);
  SearchRun run(problem, evaluator, {options.evaluations, 0}, context);
  SearchState& state = run.state();
  const auto size = static_cast<double>(options.population);
  const auto parents = static_cast<std::size_t>(std::max(1.0, std::round(size * options.parents)));
  const Breeder stranger = [&](Random& random) { return operators.sample(random); };
  const Breeder child = [&](Random& random) {
    const auto parent = [&]() -> const Architecture& {
      return state.population[random.below(state.population.size())].architecture;
    };
    const bool mutant = random.uniform() < options.mutants;
    if (!mutant) return operators.crossover(parent(), parent(), random);
    Architecture copy = parent();
    operators.mutate(copy, random);
    return copy;
  };
  while (run.running()) {
    const std::size_t count = std::min(static_cast<std::size_t>(options.population), run.left());
    const Random stream = context.random.fork(run.generation());
    const bool first = run.generation() == 0;
    auto fresh =
        run.or_unseen(breed(count, stream, first ? stranger : child, stranger, state.seen), count);
    if (fresh.empty()) break;
    std::vector<Candidate> candidates = run.evaluate(std::move(fresh));
    std::move(state.population.begin(), state.population.end(), std::back_inserter(candidates));
    const Niches everything(problem.space, 1.0);
    state.population = select_best(std::move(candidates), parents, run.scoring(), everything);
    run.end_generation();
  }
  return run.finish();
}

}  // namespace coppice

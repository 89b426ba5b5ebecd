#include "search/ageing_evolution.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "search/breeding.hpp"
#include "search/search_run.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

/// The best of some, at least one, that are drawn with replacement.
const Architecture& parent_of(const std::vector<Candidate>& population,
                              const Scoring& scoring,
                              std::int64_t draws,
                              Random& random) {
  const Candidate* best = &population[random.below(population.size())];
  for (std::int64_t i = 1; i < draws; ++i) {
    const Candidate& drawn = population[random.below(population.size())];
    if (scoring.better(drawn, *best)) best = &drawn;
  }
  return best->architecture;
}

}  // namespace

void validate(const AgeingOptions& options) {
  require_usage(
      options.population >= 2, "population = ", options.population, ", must be at least 2");
  require_usage(options.sample >= 1 && options.sample <= options.population,
                "sample = ",
                options.sample,
                ", must be 1 to population = ",
                options.population);
  require_usage(options.children >= 1, "children = ", options.children, ", must be at least 1");
  require_usage(
      options.evaluations >= 1, "evaluations = ", options.evaluations, ", must be at least 1");
}

std::string to_text(const AgeingOptions& options) {
  return text("population=",
              options.population,
              " sample=",
              options.sample,
              " children=",
              options.children);
}

SearchSummary search_ageing(const SearchProblem& problem,
                            const Evaluator& evaluator,
                            const AgeingOptions& options,
                            const SearchContext& context) {
  validate(options);
  require_one_objective(problem, "ageing");
  // Without chances of its own a mutation changes one group.
  const Operators operators(problem.space, problem.choices, {0, 0, 0, 0});
  SearchRun run(problem, evaluator, {options.evaluations, 0}, context);
  SearchState& state = run.state();
  const auto alive = static_cast<std::size_t>(options.population);
  const Breeder stranger = [&](Random& random) { return operators.sample(random); };
  const Breeder child = [&](Random& random) {
    Architecture copy = parent_of(state.population, run.scoring(), options.sample, random);
    operators.mutate(copy, random);
    return copy;
  };
  while (run.running()) {
    const bool first = run.generation() == 0;
    const auto wanted = first ? alive : static_cast<std::size_t>(options.children);
    const std::size_t count = std::min(wanted, run.left());
    const Random stream = context.random.fork(run.generation());
    auto fresh =
        run.or_unseen(breed(count, stream, first ? stranger : child, stranger, state.seen), count);
    if (fresh.empty()) break;
    // Oldest first.
    std::vector<Candidate> born = run.evaluate(std::move(fresh));
    std::move(born.begin(), born.end(), std::back_inserter(state.population));
    const std::size_t surplus = state.population.size() - std::min(alive, state.population.size());
    state.population.erase(state.population.begin(),
                           state.population.begin() + static_cast<std::ptrdiff_t>(surplus));
    run.end_generation();
  }
  return run.finish();
}

}  // namespace coppice

#include "search/nsga2.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "search/breeding.hpp"
#include "search/search_run.hpp"
#include "search/selection.hpp"
#include "search/start.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

/// The better of two drawn at random.
const Architecture& tournament(const std::vector<Candidate>& population, Random& random) {
  const std::uint64_t a = random.below(population.size());
  const std::uint64_t b = random.below(population.size());
  return population[static_cast<std::size_t>(std::min(a, b))].architecture;
}

Architecture make_child(const std::vector<Candidate>& population,
                        const Operators& operators,
                        double crossover,
                        Random& random) {
  const Architecture& parent = tournament(population, random);
  Architecture child = random.uniform() < crossover
                           ? operators.crossover(parent, tournament(population, random), random)
                           : parent;
  operators.mutate(child, random);
  return child;
}

}  // namespace

void validate(const Nsga2Options& options) {
  require_usage(
      options.population >= 4, "population = ", options.population, ", must be at least 4");
  require_usage(
      options.evaluations >= 1, "evaluations = ", options.evaluations, ", must be at least 1");
  require_usage(options.stall_generations >= 0,
                "stall_generations = ",
                options.stall_generations,
                ", must be 0 (never) or more");
  require_usage(options.crossover >= 0 && options.crossover <= 1,
                "crossover = ",
                options.crossover,
                ", must be in [0, 1]");
  require_usage(options.niche_share > 0 && options.niche_share <= 1,
                "niche_share = ",
                options.niche_share,
                ", must be above 0 and at most 1");
  validate(options.mutation);
}

std::string to_text(const Nsga2Options& options) {
  return text("population=",
              options.population,
              " stall_generations=",
              options.stall_generations,
              " crossover=",
              shortest_text(options.crossover),
              " niche_share=",
              shortest_text(options.niche_share),
              " ",
              to_text(options.mutation));
}

SearchSummary search_nsga2(const SearchProblem& problem,
                           const Evaluator& evaluator,
                           const Nsga2Options& options,
                           const SearchContext& context) {
  validate(options);
  const Operators operators(problem.space, problem.choices, options.mutation);
  SearchRun run(problem, evaluator, {options.evaluations, options.stall_generations}, context);
  SearchState& state = run.state();
  const auto size = static_cast<std::size_t>(options.population);
  const Breeder child = [&](Random& random) {
    return make_child(state.population, operators, options.crossover, random);
  };
  const Breeder stranger = [&](Random& random) { return operators.sample(random); };
  const Niches niches(problem.space, options.niche_share);
  while (run.running()) {
    const Random stream = context.random.fork(run.generation());
    const std::size_t count = std::min(size, run.left());
    std::vector<Architecture> fresh =
        run.generation() == 0 ? start_population(problem, operators, count, stream, state.seen)
                              : breed(count, stream, child, stranger, state.seen);
    fresh = run.or_unseen(std::move(fresh), count);
    if (fresh.empty()) break;
    std::vector<Candidate> candidates = run.evaluate(std::move(fresh));
    std::move(state.population.begin(), state.population.end(), std::back_inserter(candidates));
    state.population = select_best(std::move(candidates), size, run.scoring(), niches);
    run.end_generation();
  }
  return run.finish();
}

}  // namespace coppice

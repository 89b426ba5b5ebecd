#include "search/algorithm.hpp"

#include <algorithm>

#include "search/ageing_evolution.hpp"
#include "search/caching_evaluator.hpp"
#include "search/evolution.hpp"
#include "search/exact_search.hpp"
#include "search/local_search.hpp"
#include "search/nsga2.hpp"
#include "search/random_search.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

template <class Options>
using Search =
    SearchSummary (*)(const SearchProblem&, const Evaluator&, const Options&, const SearchContext&);

template <class Options>
Algorithm bound(const std::string& name, const Options& options, Search<Options> search) {
  validate(options);
  return {name,
          to_text(options),
          options.evaluations,
          [=](const SearchProblem& problem, const Evaluator& evaluator, const SearchContext& with) {
            return search(problem, evaluator, options, with);
          }};
}

template <class Options>
Options with_budget(const AlgorithmOptions& asked) {
  Options options;
  if (asked.evaluations) options.evaluations = *asked.evaluations;
  return options;
}

void require_no_population(const std::string& name, const AlgorithmOptions& asked) {
  require_usage(!asked.population,
                "population = ",
                asked.population.value_or(0),
                ", but the algorithm ",
                name,
                " has none; leave it out, or choose nsga2, evolution or ageing");
}

template <class Options>
Options with_population(const AlgorithmOptions& asked) {
  auto options = with_budget<Options>(asked);
  if (asked.population) options.population = *asked.population;
  return options;
}

/// Asks for the same networks many times, so it brings its own memory.
SearchSummary search_with_memory(const SearchProblem& problem,
                                 const Evaluator& evaluator,
                                 const LocalSearchOptions& options,
                                 const SearchContext& context) {
  const CachingEvaluator memory(evaluator);
  return search_local(problem, memory, options, context);
}

}  // namespace

const std::vector<std::string>& algorithm_names() {
  static const std::vector<std::string> names = {
      "local", "nsga2", "evolution", "ageing", "random", "exact"};
  return names;
}

Algorithm make_algorithm(const AlgorithmOptions& options, std::size_t objectives) {
  const std::string automatic = objectives == 1 ? "local" : "nsga2";
  const std::string name = options.name.empty() ? automatic : options.name;
  if (name == "local" || name == "random" || name == "exact") require_no_population(name, options);
  if (name == "local") {
    return bound(name, with_budget<LocalSearchOptions>(options), search_with_memory);
  }
  if (name == "nsga2") return bound(name, with_population<Nsga2Options>(options), search_nsga2);
  if (name == "evolution") {
    return bound(name, with_population<EvolutionOptions>(options), search_evolution);
  }
  if (name == "ageing") {
    auto ageing = with_population<AgeingOptions>(options);
    ageing.sample = std::min(ageing.sample, ageing.population);
    return bound(name, ageing, search_ageing);
  }
  if (name == "random") {
    return bound(name, with_budget<RandomSearchOptions>(options), search_random);
  }
  if (name == "exact") return bound(name, ExactSearchOptions{}, search_exact);
  std::string known;
  for (const std::string& each : algorithm_names()) known += (known.empty() ? "" : ", ") + each;
  throw Error(text("algorithm = ", name, ", must be one of ", known), Failure::usage);
}

}  // namespace coppice

#include "search/random_search.hpp"

#include <algorithm>
#include <utility>

#include "search/breeding.hpp"
#include "search/operators.hpp"
#include "search/search_run.hpp"
#include "supernet/base/error.hpp"

namespace coppice {

void validate(const RandomSearchOptions& options) {
  require_usage(options.batch >= 1, "batch = ", options.batch, ", must be at least 1");
  require_usage(
      options.evaluations >= 1, "evaluations = ", options.evaluations, ", must be at least 1");
}

std::string to_text(const RandomSearchOptions& options) { return text("batch=", options.batch); }

SearchSummary search_random(const SearchProblem& problem,
                            const Evaluator& evaluator,
                            const RandomSearchOptions& options,
                            const SearchContext& context) {
  validate(options);
  const Operators operators(problem.space, problem.choices, {});
  SearchRun run(problem, evaluator, {options.evaluations, 0}, context);
  const Breeder sample = [&operators](Random& random) { return operators.sample(random); };
  while (run.running()) {
    const Random stream = context.random.fork(run.generation());
    const std::size_t count = std::min(static_cast<std::size_t>(options.batch), run.left());
    std::vector<Architecture> fresh =
        run.or_unseen(breed(count, stream, sample, sample, run.state().seen), count);
    if (fresh.empty()) break;
    static_cast<void>(run.evaluate(std::move(fresh)));
    run.end_generation();
  }
  return run.finish();
}

}  // namespace coppice

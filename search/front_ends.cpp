#include "search/front_ends.hpp"

#include "search/algorithm.hpp"

namespace coppice {

std::vector<Architecture> front_ends(const SearchProblem& problem,
                                     const Evaluator& evaluator,
                                     std::int64_t evaluations,
                                     const Random& random,
                                     const std::function<bool()>& interrupted) {
  const Algorithm local = make_algorithm({"local", evaluations, std::nullopt}, 1);
  std::vector<Architecture> ends;
  for (const Objective& objective : problem.objectives) {
    SearchProblem alone = problem;
    alone.objectives = {objective};
    SearchContext context;
    context.random = random.fork(objective.name);
    context.interrupted = interrupted;
    const SearchSummary found = local.search(alone, evaluator, context);
    if (found.best) ends.push_back(found.best->architecture);
  }
  return ends;
}

}  // namespace coppice

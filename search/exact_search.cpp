#include "search/exact_search.hpp"

#include "search/additive.hpp"
#include "search/search_run.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

const BlockSums* sums_of(const std::string& name,
                         const SearchProblem& problem,
                         const Evaluator& evaluator) {
  const BlockSums* sums = evaluator.block_sums(position_of(name, evaluator.names()));
  require_usage(sums != nullptr && has_additive_blocks(problem.space),
                "--algorithm exact computes sums over blocks; ",
                name,
                " is none here (macs, params and latency tables are, in spaces "
                "without elastic widths); use --algorithm local");
  return sums;
}

AdditiveProblem additive_problem(const SearchProblem& problem, const Evaluator& evaluator) {
  require_one_objective(problem, "exact");
  require_usage(problem.limits.size() <= 1,
                "--algorithm exact takes at most one limit, there are ",
                problem.limits.size(),
                "; use --algorithm local");
  AdditiveProblem additive;
  additive.value = sums_of(problem.objectives[0].name, problem, evaluator);
  additive.maximize = problem.objectives[0].maximize;
  if (problem.limits.empty()) return additive;
  const Limit& limit = problem.limits[0];
  additive.limited = sums_of(limit.name, problem, evaluator);
  additive.at_least = limit.kind == LimitKind::at_least;
  additive.bound = limit.value;
  return additive;
}

}  // namespace

void validate(const ExactSearchOptions& options) {
  require_usage(
      options.evaluations >= 1, "evaluations = ", options.evaluations, ", must be at least 1");
}

std::string to_text(const ExactSearchOptions& /*options*/) { return ""; }

SearchSummary search_exact(const SearchProblem& problem,
                           const Evaluator& evaluator,
                           const ExactSearchOptions& options,
                           const SearchContext& context) {
  validate(options);
  const AdditiveProblem additive = additive_problem(problem, evaluator);
  SearchRun run(problem, evaluator, {options.evaluations, 0}, context);
  if (!run.running()) return run.finish();
  const auto best = best_additive(problem.space, problem.choices, additive);
  require(best || additive.limited != nullptr, "no best network, though nothing is limited");
  const Architecture asked =
      best ? *best
           : additive_extreme(problem.space, problem.choices, *additive.limited, additive.at_least);
  static_cast<void>(run.look_up({asked}));
  run.end_generation();
  run.state().reason = StopReason::solved;
  return run.finish();
}

}  // namespace coppice

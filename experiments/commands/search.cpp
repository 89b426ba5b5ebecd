// `coppice search`: the best networks under limits, or the Pareto front, on predictors.
#include <iostream>

#include "experiments/commands/quantities.hpp"
#include "experiments/commands/search_parts.hpp"
#include "experiments/light_commands.hpp"
#include "experiments/metering.hpp"
#include "experiments/output.hpp"
#include "experiments/progress.hpp"
#include "experiments/thread_limit.hpp"
#include "search/algorithm.hpp"
#include "search/bounds.hpp"
#include "search/caching_evaluator.hpp"
#include "search/parallel_evaluator.hpp"
#include "search/predictor_evaluator.hpp"
#include "search/search_log.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/base/interruption.hpp"

namespace coppice {
namespace {

// What is asked about networks, and by whom it is answered.
struct Oracle {
  GivenPredictors given;
  std::unique_ptr<Evaluator> serial;
  std::unique_ptr<Evaluator> parallel;
  std::unique_ptr<Evaluator> memory;  // where several searches ask for the same networks
  const Evaluator* evaluator = nullptr;
};

Oracle make_oracle(const SearchCommand& command,
                   const SearchSpace& space,
                   const Scenarios& scenarios) {
  Oracle oracle;
  oracle.given = load_predictors(command, space);
  add_profile(command, space, oracle.given);
  std::vector<const Predictor*> borrowed;
  for (const auto& predictor : oracle.given.predictors) borrowed.push_back(predictor.get());
  oracle.serial = predictor_evaluator(space, borrowed, asked_costs(command, scenarios));
  oracle.parallel = parallel_evaluator(*oracle.serial);
  oracle.evaluator = oracle.parallel.get();
  if (scenarios.size() > 1) {
    oracle.memory = std::make_unique<CachingEvaluator>(*oracle.parallel);
    oracle.evaluator = oracle.memory.get();
  }
  return oracle;
}

std::optional<SearchState> state_to_resume(const SearchCommand& command,
                                           const SearchLog& log,
                                           const std::filesystem::path& path) {
  if (!command.resume) {
    return std::nullopt;
  }
  auto state = log.load();
  print_warning(path.string() + " does not exist; the search starts anew",
                command.common.quiet || state.has_value());
  return state;
}

Algorithm algorithm_of(const SearchCommand& command) {
  return make_algorithm({command.algorithm, command.evaluations, command.population},
                        command.objectives.size());
}

SearchSummary search_one(const SearchCommand& command,
                         const SearchProblem& problem,
                         const Evaluator& evaluator,
                         const std::vector<std::string>& identities,
                         const std::filesystem::path& path) {
  const SteadyClock clock;
  const Algorithm algorithm = algorithm_of(command);
  SearchLog log(path,
                problem,
                evaluator.names(),
                {algorithm.name, algorithm.options, identities, command.common.seed},
                clock);
  Progress progress("search",
                    "networks",
                    algorithm.evaluations,
                    progress_style(command.common.quiet),
                    clock,
                    std::cerr);
  SearchContext context;
  context.random = Random(command.common.seed).fork("search");
  context.observer = [&progress](const SearchEvent& event) { progress.update(event.evaluations); };
  context.interrupted = [] { return interruption_requested(); };
  if (!path.empty()) {
    context.checkpoint = [&log](const SearchState& state) { log.offer(state); };
    context.resume = state_to_resume(command, log, path);
  }
  return algorithm.search(problem, evaluator, context);
}

void require_finished(const SearchCommand& command, const SearchSummary& summary) {
  if (summary.stopped_because != StopReason::interrupted) return;
  throw Error(command.out.empty() ? "interrupted; nothing was kept because there is no --out FILE"
                                  : "interrupted; the same command with --resume goes on from " +
                                        command.out.string(),
              Failure::interrupted);
}

}  // namespace

void run_search(const SearchCommand& command) {
  const ThreadLimit threads(command.common.threads);
  const SteadyClock clock;
  const Seconds start = clock.now();
  const Scenarios scenarios = scenarios_of(command);
  const SearchSpace space = make_space(at_width_of(command.predictor, command.space));
  check_outputs(command, space, scenarios.size());
  RunEnergy energy(command.run);
  energy.begin(phase_of(0, !command.scenarios.empty()));
  const Oracle oracle = make_oracle(command, space, scenarios);
  std::vector<PredictorInfo> infos;
  std::vector<std::string> targets;
  for (const auto& predictor : oracle.given.predictors) {
    infos.push_back(predictor->info());
    targets.push_back(infos.back().target);
  }
  check_names(command, scenarios, targets);
  SearchProblem problem = make_problem(command, space, infos);
  const Random random = Random(command.common.seed).fork("bounds");
  std::vector<Bound> bounds = find_bounds(problem, *oracle.evaluator, random);
  if (command.out.has_parent_path()) make_folder(command.out.parent_path());

  SearchResult result{command.objectives, oracle.evaluator->names(), {}, {}, {}};
  const std::int64_t evaluations = algorithm_of(command).evaluations;
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    if (i > 0) energy.begin(phase_of(i, true));
    problem.limits = scenarios[i];
    check_limits(problem, *oracle.evaluator, evaluations, random, bounds);
    problem.ranges = ranges_of(bounds);
    const auto path = log_path(command, i, scenarios.size() > 1);
    SearchSummary summary =
        search_one(command, problem, *oracle.evaluator, oracle.given.identities, path);
    if (summary.stopped_because == StopReason::interrupted) energy.record();
    require_finished(command, summary);
    require_feasible(problem, *oracle.evaluator, evaluations, random, summary);
    prefer(command, problem, result.names, summary);
    result.found.push_back({scenarios[i], std::move(summary)});
  }
  write_best(command.best, space, result);
  energy.record();
  result.resolutions = allowed_resolutions(space, problem.choices);
  result.duration = clock.now() - start;
  print_result(command.common.json ? as_json(space, result, !command.scenarios.empty())
                                   : as_table(space, result));
}

}  // namespace coppice

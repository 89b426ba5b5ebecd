// `coppice search`: the best networks under limits, or the Pareto front, on predictors.
#include <iostream>

#include "experiments/commands/quantities.hpp"
#include "experiments/commands/search_parts.hpp"
#include "experiments/light_commands.hpp"
#include "experiments/metering.hpp"
#include "experiments/output.hpp"
#include "experiments/progress.hpp"
#include "experiments/run_folder.hpp"
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
  auto state = log.load();
  print_warning(path.string() + " does not exist; the search starts anew",
                command.common.quiet || state.has_value());
  return state;
}

Algorithm algorithm_of(const SearchCommand& command) {
  return make_algorithm({command.algorithm, command.evaluations, command.population},
                        command.objectives.size());
}

// What networks drawn at random reach with the same budget: the line that every picture of a search
// compares with. Empty when it was interrupted.
std::vector<SearchEvent> random_baseline(const SearchProblem& problem,
                                         const Evaluator& evaluator,
                                         std::int64_t evaluations,
                                         std::uint64_t seed) {
  std::vector<SearchEvent> history;
  SearchContext context;
  context.random = Random(seed).fork("baseline");
  context.observer = [&history](const SearchEvent& event) { history.push_back(event); };
  context.interrupted = [] { return interruption_requested(); };
  const Algorithm random = make_algorithm({"random", evaluations, std::nullopt}, 1);
  const SearchSummary summary = random.search(problem, evaluator, context);
  if (summary.stopped_because == StopReason::interrupted) history.clear();
  return history;
}

// Random search is its own baseline, and what is computed needs none.
bool needs_baseline(const Algorithm& algorithm) {
  return algorithm.name != "random" && algorithm.name != "exact";
}

SearchSummary search_one(const SearchCommand& command,
                         const SearchProblem& problem,
                         const Evaluator& evaluator,
                         const std::vector<std::string>& identities,
                         const std::filesystem::path& path,
                         bool resume) {
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
  if (path.empty()) return algorithm.search(problem, evaluator, context);
  SearchState last;
  context.checkpoint = [&](const SearchState& state) {
    log.offer(state);
    if (state.reason != StopReason::running) last = state;
  };
  if (resume) context.resume = state_to_resume(command, log, path);
  SearchSummary summary = algorithm.search(problem, evaluator, context);
  if (summary.best && last.reason != StopReason::interrupted && needs_baseline(algorithm)) {
    const auto random =
        random_baseline(problem, evaluator, algorithm.evaluations, command.common.seed);
    if (!random.empty()) log.conclude(last, {std::nullopt, random});
  }
  return summary;
}

void require_finished(const SearchCommand& command, const SearchSummary& summary) {
  if (summary.stopped_because != StopReason::interrupted) return;
  throw Error(command.out.empty() ? "interrupted; nothing was kept because there is no --out FILE"
                                  : "interrupted; the same command with --resume goes on from " +
                                        command.out.string(),
              Failure::interrupted);
}

// What the searches of one call share.
struct Searches {
  const SearchCommand& command;
  const Oracle& oracle;
  SearchProblem problem;  // its limits and ranges are those of the search under way
  Random random;
  std::vector<Bound> bounds;
};

// Throws Error(interrupted), Error(unreachable).
SearchSummary solve(Searches& all,
                    const std::vector<Limit>& limits,
                    const std::filesystem::path& path) {
  const Evaluator& evaluator = *all.oracle.evaluator;
  const std::int64_t evaluations = algorithm_of(all.command).evaluations;
  all.problem.limits = limits;
  check_limits(all.problem, evaluator, evaluations, all.random, all.bounds);
  all.problem.ranges = ranges_of(all.bounds);
  const auto search = [&](const SearchProblem& problem, bool resume) {
    SearchSummary found =
        search_one(all.command, problem, evaluator, all.oracle.given.identities, path, resume);
    require_finished(all.command, found);
    return found;
  };
  const auto search_from = [&](const Architecture& start) {
    SearchProblem problem = all.problem;
    problem.start.push_back(start);
    return search(problem, false);
  };
  SearchSummary summary = require_feasible(all.problem,
                                           evaluator,
                                           evaluations,
                                           all.random,
                                           search(all.problem, all.command.resume),
                                           search_from);
  prefer(all.command, all.problem, evaluator.names(), summary);
  return summary;
}

SearchProblem problem_of(const SearchCommand& command,
                         const SearchSpace& space,
                         const Scenarios& scenarios,
                         const Oracle& oracle) {
  std::vector<PredictorInfo> infos;
  std::vector<std::string> targets;
  for (const auto& predictor : oracle.given.predictors) {
    infos.push_back(predictor->info());
    targets.push_back(infos.back().target);
  }
  check_names(command, scenarios, targets);
  return make_problem(command, space, infos);
}

}  // namespace

void run_search(const SearchCommand& command) {
  const ThreadLimit threads(command.common.threads);
  const SteadyClock clock;
  const Seconds start = clock.now();
  const Scenarios scenarios = scenarios_of(command);
  const SearchSpace space = space_of(command.space, command.predictor);
  check_outputs(command, space, scenarios.size());
  RunEnergy energy(command.run, command.charge);
  const auto lock = lock_run_around(command.out, command.run);
  energy.begin(phase_of(0, !command.scenarios.empty()));
  const Oracle oracle = make_oracle(command, space, scenarios);
  Searches searches{command,
                    oracle,
                    problem_of(command, space, scenarios, oracle),
                    Random(command.common.seed).fork("bounds"),
                    {}};
  searches.bounds = find_bounds(searches.problem, *oracle.evaluator, searches.random);
  if (command.out.has_parent_path()) make_folder(command.out.parent_path());

  SearchResult result{command.objectives, oracle.evaluator->names(), {}, {}, {}};
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    if (i > 0) energy.begin(phase_of(i, true));
    const auto path = log_path(command, i, scenarios.size() > 1);
    try {
      result.found.push_back(found_networks(scenarios, i, [&] {
        return FoundNetworks{scenarios[i], solve(searches, scenarios[i], path)};
      }));
    } catch (const Error& error) {
      if (error.failure() == Failure::interrupted) energy.record();
      throw;
    }
  }
  write_best(command.best, space, result, command.common.quiet);
  energy.record();
  result.resolutions = allowed_resolutions(space, searches.problem.choices);
  for (const auto& predictor : oracle.given.predictors) {
    if (predictor->info().conditions.empty()) continue;
    result.predicted_by.push_back(predictor->info());
  }
  result.duration = clock.now() - start;
  print_result(command.common.json ? as_json(space, result, !command.scenarios.empty())
                                   : as_table(space, result));
  require_all_met(result);
}

}  // namespace coppice

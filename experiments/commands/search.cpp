// `coppice search`: the best networks under limits, or the Pareto front, on predictors.
#include <algorithm>
#include <iostream>

#include "experiments/commands/draft_search.hpp"
#include "experiments/commands/predictor_files.hpp"
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
#include "search/front_ends.hpp"
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
// compares with.
struct Baseline {
  std::vector<SearchEvent> history;
  bool interrupted = false;
};

Baseline random_baseline(const SearchCommand& command,
                         const SearchProblem& problem,
                         const Evaluator& evaluator,
                         std::int64_t evaluations,
                         const Clock& clock) {
  Progress progress("random search to compare with",
                    "networks",
                    evaluations,
                    progress_style(command.common.quiet),
                    clock,
                    std::cerr);
  Baseline baseline;
  SearchContext context;
  context.random = Random(command.common.seed).fork("baseline");
  context.observer = [&](const SearchEvent& event) {
    baseline.history.push_back(event);
    progress.update(event.evaluations);
  };
  context.interrupted = [] { return interruption_requested(); };
  const Algorithm random = make_algorithm({"random", evaluations, std::nullopt}, 1);
  const SearchSummary summary = random.search(problem, evaluator, context);
  baseline.interrupted = summary.stopped_because == StopReason::interrupted;
  return baseline;
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
    const Baseline random =
        random_baseline(command, problem, evaluator, algorithm.evaluations, clock);
    // The file has the search and lacks the baseline: resuming adds it.
    if (random.interrupted) summary.stopped_because = StopReason::interrupted;
    if (!random.interrupted) log.conclude(last, {std::nullopt, random.history});
  }
  return summary;
}

[[noreturn]] void end_interrupted(const SearchCommand& command, const std::filesystem::path& log) {
  const bool kept = !command.out.empty() && std::filesystem::exists(log);
  throw Error(
      kept ? "interrupted; the same command with --resume goes on from " + command.out.string()
      : command.out.empty() ? "interrupted; nothing was kept because there is no --out FILE"
                            : "interrupted before the search began; the same command starts over",
      Failure::interrupted);
}

// What the searches of one call share.
struct Searches {
  const SearchCommand& command;
  const Oracle& oracle;
  const DraftSearch& draft;
  SearchProblem problem;  // without limits and ranges: those are each search's own
  BoundSearches looks;
  std::vector<Bound> bounds;
};

// What the algorithm for fronts does not reach by itself. Looking for an end is not kept when it is
// interrupted, so it is short: a share of the budget, and never more than this.
constexpr std::int64_t kShareOfEnds = 4;
constexpr std::int64_t kMostForEnds = 25'000;

void add_ends(const Searches& all, const Algorithm& algorithm, SearchProblem& problem) {
  const Evaluator* rough = all.draft.evaluator();
  const std::int64_t evaluations =
      std::clamp<std::int64_t>(algorithm.evaluations / kShareOfEnds, 1, kMostForEnds);
  for (Architecture& end : front_ends(problem,
                                      rough != nullptr ? *rough : *all.oracle.evaluator,
                                      evaluations,
                                      Random(all.command.common.seed).fork("ends"),
                                      all.looks.interrupted)) {
    problem.start.push_back(std::move(end));
  }
}

// Where the search begins. One that goes on has its population already.
void add_starts(const Searches& all, const std::filesystem::path& path, SearchProblem& problem) {
  if (all.command.resume && std::filesystem::exists(path)) return;
  const Algorithm& algorithm = all.draft.whole();
  const bool several = algorithm.name == "nsga2";
  if (!several && !all.draft.helps()) return;
  if (several) add_ends(all, algorithm, problem);
  if (all.draft.helps()) {
    std::vector<Architecture> drafted = all.draft.networks(problem, all.looks.interrupted);
    problem.start.insert(problem.start.end(), drafted.begin(), drafted.end());
  }
  // With some of them the search would be another one than with all.
  if (interruption_requested()) throw Error("interrupted", Failure::interrupted);
}

// Throws Error(unreachable), and Error(interrupted), which does not say how to go on.
SearchSummary solve(const Searches& all,
                    const std::vector<Limit>& limits,
                    const std::filesystem::path& path) {
  const Evaluator& evaluator = *all.oracle.evaluator;
  SearchProblem asked = all.problem;
  asked.limits = limits;
  std::vector<Bound> bounds = all.bounds;
  check_limits(asked, evaluator, all.looks, bounds);
  asked.ranges = ranges_of(bounds);
  add_starts(all, path, asked);
  const auto search = [&](const SearchProblem& problem, bool resume) {
    SearchSummary found =
        search_one(all.command, problem, evaluator, all.oracle.given.identities, path, resume);
    if (found.stopped_because == StopReason::interrupted) {
      throw Error("interrupted", Failure::interrupted);
    }
    return found;
  };
  const auto search_from = [&](const Architecture& start) {
    SearchProblem problem = asked;
    problem.start.push_back(start);
    return search(problem, false);
  };
  SearchSummary summary =
      require_feasible(asked, evaluator, all.looks, search(asked, all.command.resume), search_from);
  prefer(all.command, asked, evaluator.names(), summary);
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

// Before any file is opened, so that nothing can be gone on with.
std::vector<Bound> reachable(const Searches& all) {
  try {
    return find_bounds(all.problem, *all.oracle.evaluator, all.looks);
  } catch (const Error& error) {
    if (error.failure() == Failure::interrupted) end_interrupted(all.command, {});
    throw;
  }
}

}  // namespace

void run_search(const SearchCommand& command) {
  const ThreadLimit threads(command.common.threads);
  const SteadyClock clock;
  const Seconds start = clock.now();
  const Scenarios scenarios = scenarios_of(command);
  const SearchSpace space = space_of(command.space, files_of(command.predictor));
  check_outputs(command, space, scenarios.size());
  RunEnergy energy(command.run, command.charge);
  const auto lock = lock_run_around(command.out, command.run);
  energy.begin(phase_of(0, !command.scenarios.empty()));
  Oracle oracle = make_oracle(command, space, scenarios);
  const DraftSearch draft(command, space, oracle.given.predictors, asked_costs(command, scenarios));
  if (draft.helps()) oracle.given.identities.emplace_back("drafted in bf16");
  const SearchCommand rest = draft.rest();
  Searches searches{rest,
                    oracle,
                    draft,
                    problem_of(command, space, scenarios, oracle),
                    {Random(command.common.seed).fork("bounds"),
                     algorithm_of(command).evaluations,
                     [] { return interruption_requested(); }},
                    {}};
  searches.bounds = reachable(searches);
  if (command.out.has_parent_path()) make_folder(command.out.parent_path());

  const bool several = scenarios.size() > 1;
  SearchResult result{command.objectives, oracle.evaluator->names(), {}, {}, {}};
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    if (i > 0) energy.begin(phase_of(i, true));
    const auto path = log_path(command, i, several);
    try {
      result.found.push_back(found_networks(scenarios, i, [&] {
        return FoundNetworks{scenarios[i], solve(searches, scenarios[i], path)};
      }));
    } catch (const Error& error) {
      if (error.failure() != Failure::interrupted) throw;
      energy.record();
      end_interrupted(command, log_path(command, 0, several));
    }
  }
  write_best(command.best, space, result, command.common.quiet);
  energy.record();
  result.resolutions = allowed_resolutions(space, searches.problem.choices);
  for (const auto& predictor : oracle.given.predictors) {
    result.predicted_by.push_back(predictor->info());
  }
  result.duration = clock.now() - start;
  print_result(command.common.json ? as_json(space, result, !command.scenarios.empty())
                                   : as_table(space, result));
  require_all_met(result);
}

}  // namespace coppice

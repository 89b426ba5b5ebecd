// `coppice search`: the best networks under limits, or the Pareto front, on predictors.
#include <algorithm>
#include <iostream>

#include "experiments/commands/quantities.hpp"
#include "experiments/commands/scenarios.hpp"
#include "experiments/commands/search_result.hpp"
#include "experiments/light_commands.hpp"
#include "experiments/metering.hpp"
#include "experiments/output.hpp"
#include "experiments/progress.hpp"
#include "experiments/replaceable.hpp"
#include "experiments/thread_limit.hpp"
#include "predictors/predictor_file.hpp"
#include "search/algorithm.hpp"
#include "search/bounds.hpp"
#include "search/caching_evaluator.hpp"
#include "search/parallel_evaluator.hpp"
#include "search/predictor_evaluator.hpp"
#include "search/preference.hpp"
#include "search/search_log.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/base/interruption.hpp"
#include "supernet/base/nearest.hpp"
#include "supernet/base/sha256.hpp"
#include "supernet/space/architecture_text.hpp"
#include "supernet/space/cost.hpp"

namespace coppice {
namespace {

// What is asked about networks, and by whom it is answered.
struct Oracle {
  std::vector<std::unique_ptr<Predictor>> predictors;
  std::vector<std::string> identities;  // of the predictors, for resuming
  std::vector<std::string> costs;
  std::unique_ptr<Evaluator> serial;
  std::unique_ptr<Evaluator> parallel;
  std::unique_ptr<Evaluator> memory;  // where several searches ask for the same networks
  const Evaluator* evaluator = nullptr;
};

// Null when there is none.
const Predictor* predictor_of(const std::string& target,
                              const std::vector<std::unique_ptr<Predictor>>& predictors) {
  for (const auto& predictor : predictors) {
    if (predictor->info().target == target) return predictor.get();
  }
  return nullptr;
}

std::vector<PredictorInfo> infos_of(const std::vector<std::unique_ptr<Predictor>>& predictors) {
  std::vector<PredictorInfo> infos;
  for (const auto& predictor : predictors) infos.push_back(predictor->info());
  return infos;
}

// Those of files, before a profile's join them.
void check_together(const SearchCommand& command,
                    const std::vector<std::unique_ptr<Predictor>>& predictors) {
  const std::vector<PredictorInfo> infos = infos_of(predictors);
  require_distinct_targets(infos, command.predictor);
  warn_of_devices(infos, command.common.quiet);
  warn_of_profile(command.profile, predictor_of("latency_ms", predictors), command.common.quiet);
}

// Those that know what they were measured with.
std::vector<PredictorInfo> measured_infos(const Oracle& oracle) {
  std::vector<PredictorInfo> infos = infos_of(oracle.predictors);
  const auto unknown = [](const PredictorInfo& info) { return info.conditions.empty(); };
  infos.erase(std::remove_if(infos.begin(), infos.end(), unknown), infos.end());
  return infos;
}

Oracle make_oracle(const SearchCommand& command,
                   const SearchSpace& space,
                   const std::vector<std::vector<Limit>>& scenarios) {
  Oracle oracle;
  for (const auto& path : command.predictor) {
    oracle.predictors.push_back(load_predictor(path, space));
    oracle.identities.push_back(oracle.predictors.back()->info().target + " " +
                                sha256_of_file(path));
  }
  check_together(command, oracle.predictors);
  if (!command.profile.empty()) {
    auto profiled = profile_predictors(
        space, command.profile, command.region, predictor_of("latency_ms", oracle.predictors));
    for (auto& predictor : profiled) {
      oracle.predictors.push_back(std::move(predictor));
    }
    oracle.identities.push_back("profile " + sha256_of_file(command.profile) + " " +
                                command.region);
  }
  std::vector<std::string> asked = command.objectives;
  for (const auto& limits : scenarios) {
    for (const Limit& limit : limits) asked.push_back(limit.name);
  }
  for (const std::string& cost : cost_names()) {
    if (std::find(asked.begin(), asked.end(), cost) != asked.end()) oracle.costs.push_back(cost);
  }
  std::vector<const Predictor*> borrowed;
  for (const auto& predictor : oracle.predictors) borrowed.push_back(predictor.get());
  oracle.serial = predictor_evaluator(space, borrowed, oracle.costs);
  oracle.parallel = parallel_evaluator(*oracle.serial);
  oracle.evaluator = oracle.parallel.get();
  if (scenarios.size() > 1) {
    oracle.memory = std::make_unique<CachingEvaluator>(*oracle.parallel);
    oracle.evaluator = oracle.memory.get();
  }
  return oracle;
}

// `where` names the option or file that asks for `name`.
void require_known(const std::string& name,
                   const std::string& where,
                   const SearchCommand& command,
                   const Oracle& oracle) {
  const bool profiled = name == "energy_mj" || name == "co2e_g";
  std::vector<std::string> known;
  for (const auto& predictor : oracle.predictors) known.push_back(predictor->info().target);
  for (const std::string& cost : cost_names()) {
    if (std::find(known.begin(), known.end(), cost) == known.end()) known.push_back(cost);
  }
  if (std::find(known.begin(), known.end(), name) != known.end()) return;
  require_usage(!profiled || !command.profile.empty(),
                where,
                " = ",
                name,
                ", needs the device that spends it: give --profile FILE");
  std::string list;
  for (const std::string& each : known) list += (list.empty() ? "" : ", ") + each;
  throw Error(text(where,
                   " = ",
                   name,
                   ", is not known; known are ",
                   list,
                   "; the nearest is ",
                   nearest(name, known)),
              Failure::usage);
}

void check_names(const SearchCommand& command,
                 const std::vector<std::vector<Limit>>& scenarios,
                 const Oracle& oracle) {
  for (const auto& name : command.objectives) require_known(name, "--objectives", command, oracle);
  for (const Limit& limit : command.limit) require_known(limit.name, "--limit", command, oracle);
  for (const auto& limits : scenarios) {
    for (const Limit& limit : limits) {
      require_known(limit.name, command.scenarios.string(), command, oracle);
    }
  }
}

// Predictors know which direction is better; costs are to be small.
Objective make_objective(const std::string& name, const Oracle& oracle) {
  Objective objective{name, false};
  static_cast<void>(position_of(name, oracle.evaluator->names()));
  const Predictor* predictor = predictor_of(name, oracle.predictors);
  if (predictor != nullptr) objective.maximize = predictor->info().maximize;
  return objective;
}

SearchProblem make_problem(const SearchCommand& command,
                           const SearchSpace& space,
                           const Oracle& oracle) {
  SearchProblem problem{space, allowed_choices(space, infos_of(oracle.predictors)), {}, {}, {}, {}};
  for (const std::string& name : command.objectives) {
    problem.objectives.push_back(make_objective(name, oracle));
  }
  return problem;
}

// search.h5, or search-2.h5 for the second of several scenarios.
std::filesystem::path log_path(const SearchCommand& command, std::size_t scenario, bool several) {
  if (!several) return command.out;
  auto path = command.out;
  const std::string extension = path.extension().string();
  path.replace_extension();
  return path.string() + "-" + std::to_string(scenario + 1) + extension;
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

// Puts the network that the user prefers in the place of the best in the first objective.
void prefer(const SearchCommand& command,
            const SearchProblem& problem,
            const std::vector<std::string>& names,
            SearchSummary& summary) {
  if (command.prefer.empty()) return;
  const auto aspirations = parse_preference(command.prefer);
  summary.best = summary.front[preferred(summary.front, aspirations, problem, names)];
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

// Scenarios are phases of their own: `carbon compare` divides by their number.
std::string phase_of(std::size_t scenario, bool several) {
  return several ? "search " + std::to_string(scenario + 1) : "search";
}

void require_finished(const SearchCommand& command, const SearchSummary& summary) {
  if (summary.stopped_because != StopReason::interrupted) return;
  throw Error(command.out.empty() ? "interrupted; nothing was kept because there is no --out FILE"
                                  : "interrupted; the same command with --resume goes on from " +
                                        command.out.string(),
              Failure::interrupted);
}

std::vector<std::vector<Limit>> limits_of(const SearchCommand& command) {
  std::vector<std::vector<Limit>> scenarios(1);
  if (!command.scenarios.empty()) scenarios = read_scenarios(command.scenarios);
  for (auto& limits : scenarios) {
    limits.insert(limits.end(), command.limit.begin(), command.limit.end());
  }
  return scenarios;
}

void write_best(const std::filesystem::path& best,
                const SearchSpace& space,
                const SearchResult& result) {
  if (best.empty()) return;
  std::string lines;
  for (const FoundNetworks& found : result.found) {
    lines += to_text(space, found.summary.best->architecture) + "\n";
  }
  if (best.has_parent_path()) make_folder(best.parent_path());
  write_text_file(best, lines);
}

// Before the first search, so that no result is lost for want of a place.
void check_outputs(const SearchCommand& command, const SearchSpace& space, std::size_t scenarios) {
  require_networks_replaceable("--best", command.best, space);
  for (std::size_t i = 0; i < scenarios && !command.out.empty(); ++i) {
    const auto path = log_path(command, i, scenarios > 1);
    require_no_input(path, "--predictor", command.predictor);
    require_replaceable(path, kSearchFile);
  }
}

}  // namespace

void run_search(const SearchCommand& command) {
  const ThreadLimit threads(command.common.threads);
  const SteadyClock clock;
  const Seconds start = clock.now();
  const auto scenarios = limits_of(command);
  const SearchSpace space = make_space(at_width_of(command.predictor, command.space));
  check_outputs(command, space, scenarios.size());
  RunEnergy energy(command.run);
  energy.begin(phase_of(0, !command.scenarios.empty()));
  const Oracle oracle = make_oracle(command, space, scenarios);
  check_names(command, scenarios, oracle);
  SearchProblem problem = make_problem(command, space, oracle);
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
        search_one(command, problem, *oracle.evaluator, oracle.identities, path);
    if (summary.stopped_because == StopReason::interrupted) energy.record();
    require_finished(command, summary);
    require_feasible(problem, *oracle.evaluator, evaluations, random, summary);
    prefer(command, problem, result.names, summary);
    result.found.push_back({scenarios[i], std::move(summary)});
  }
  write_best(command.best, space, result);
  energy.record();
  result.resolutions = allowed_resolutions(space, problem.choices);
  result.measured = measured_infos(oracle);
  result.duration = clock.now() - start;
  print_result(command.common.json ? as_json(space, result, !command.scenarios.empty())
                                   : as_table(space, result));
}

}  // namespace coppice

#include "experiments/commands/search_parts.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "experiments/commands/predictor_files.hpp"
#include "experiments/commands/quantities.hpp"
#include "experiments/commands/scenarios.hpp"
#include "experiments/output.hpp"
#include "experiments/replaceable.hpp"
#include "predictors/predictor_file.hpp"
#include "search/preference.hpp"
#include "search/search_log.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "supernet/base/nearest.hpp"
#include "supernet/base/sha256.hpp"
#include "supernet/space/architecture_text.hpp"
#include "supernet/space/cost.hpp"

namespace coppice {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// `where` names the option or file that asks for `name`.
void require_known(const std::string& name,
                   const std::string& where,
                   const SearchCommand& command,
                   std::vector<std::string> known) {
  for (const std::string& cost : cost_names()) {
    if (!contains(known, cost)) known.push_back(cost);
  }
  if (contains(known, name)) return;
  const bool profiled = name == "energy_mj" || name == "co2e_g";
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

}  // namespace

Scenarios scenarios_of(const SearchCommand& command) {
  Scenarios scenarios(1);
  if (!command.scenarios.empty()) scenarios = read_scenarios(command.scenarios);
  for (auto& limits : scenarios) {
    limits.insert(limits.end(), command.limit.begin(), command.limit.end());
  }
  return scenarios;
}

GivenPredictors load_predictors(const SearchCommand& command, const SearchSpace& space) {
  GivenPredictors given;
  const auto files = files_of(command.predictor);
  for (std::size_t i = 0; i < files.size(); ++i) {
    given.predictors.push_back(load_given(command.predictor[i], space));
    given.identities.push_back(given.predictors.back()->info().target + " " +
                               sha256_of_file(files[i]));
  }
  std::vector<PredictorInfo> infos;
  for (const auto& predictor : given.predictors) infos.push_back(predictor->info());
  require_distinct_targets(infos, files);
  warn_of_devices(infos, command.common.quiet);
  return given;
}

void add_profile(const SearchCommand& command, const SearchSpace& space, GivenPredictors& given) {
  if (command.profile.empty()) return;
  const Predictor* latency = predictor_of("latency_ms", given.predictors);
  warn_of_profile(command.profile, latency, command.common.quiet);
  auto profiled = profile_predictors(space, command.profile, command.region, latency);
  for (auto& predictor : profiled) {
    // What was fitted to measured energies is better than a model.
    if (predictor_of(predictor->info().target, given.predictors) != nullptr) continue;
    given.predictors.push_back(std::move(predictor));
  }
  given.identities.push_back("profile " + sha256_of_file(command.profile) + " " + command.region);
}

const Predictor* predictor_of(const std::string& target,
                              const std::vector<std::unique_ptr<Predictor>>& predictors) {
  for (const auto& predictor : predictors) {
    if (predictor->info().target == target) return predictor.get();
  }
  return nullptr;
}

std::vector<std::string> asked_names(const SearchCommand& command, const Scenarios& scenarios) {
  std::vector<std::string> asked = command.objectives;
  for (const auto& limits : scenarios) {
    for (const Limit& limit : limits) asked.push_back(limit.name);
  }
  return asked;
}

std::vector<std::string> asked_costs(const SearchCommand& command, const Scenarios& scenarios) {
  const std::vector<std::string> asked = asked_names(command, scenarios);
  std::vector<std::string> costs;
  for (const std::string& cost : cost_names()) {
    if (contains(asked, cost)) costs.push_back(cost);
  }
  return costs;
}

void check_names(const SearchCommand& command,
                 const Scenarios& scenarios,
                 const std::vector<std::string>& targets) {
  for (const auto& name : command.objectives) {
    require_known(name, "--objectives", command, targets);
  }
  for (const Limit& limit : command.limit) require_known(limit.name, "--limit", command, targets);
  for (const auto& limits : scenarios) {
    for (const Limit& limit : limits) {
      require_known(limit.name, command.scenarios.string(), command, targets);
    }
  }
}

SearchProblem make_problem(const SearchCommand& command,
                           const SearchSpace& space,
                           const std::vector<PredictorInfo>& infos) {
  SearchProblem problem{space, allowed_choices(space, infos), {}, {}, {}, {}};
  for (const std::string& name : command.objectives) {
    const auto found = std::find_if(infos.begin(), infos.end(), [&name](const PredictorInfo& info) {
      return info.target == name;
    });
    problem.objectives.push_back({name, found != infos.end() && found->maximize});
  }
  return problem;
}

std::filesystem::path log_path(const SearchCommand& command, std::size_t scenario, bool several) {
  if (!several || command.out.empty()) return command.out;
  auto path = command.out;
  const std::string extension = path.extension().string();
  path.replace_extension();
  return path.string() + "-" + std::to_string(scenario + 1) + extension;
}

std::string phase_of(std::size_t scenario, bool several) {
  return several ? "search " + std::to_string(scenario + 1) : "search";
}

void check_outputs(const SearchCommand& command, const SearchSpace& space, std::size_t scenarios) {
  require_networks_replaceable("--best", command.best, space);
  const auto same = [&command](const std::filesystem::path& path) {
    return !command.best.empty() && std::filesystem::absolute(path).lexically_normal() ==
                                        std::filesystem::absolute(command.best).lexically_normal();
  };
  for (std::size_t i = 0; i < scenarios && !command.out.empty(); ++i) {
    const auto path = log_path(command, i, scenarios > 1);
    require_no_input(path, "--predictor", files_of(command.predictor));
    require_usage(
        !same(path), "--out = ", path.string(), ", is also given with --best; choose another name");
    if (!command.resume) require_replaceable(path, kSearchFormat);  // else it says what is wrong
    const auto folder = path.has_parent_path() ? path.parent_path() : ".";
    if (!std::filesystem::exists(folder) || is_writable(folder)) continue;
    const std::string reason = std::strerror(errno);
    throw Error(
        text("--out = ", path.string(), ": cannot write in ", folder.string(), ": ", reason));
  }
}

void prefer(const SearchCommand& command,
            const SearchProblem& problem,
            const std::vector<std::string>& names,
            SearchSummary& summary) {
  if (command.prefer.empty()) return;
  const auto aspirations = parse_preference(command.prefer);
  summary.best = summary.front[preferred(summary.front, aspirations, problem, names)];
}

FoundNetworks found_networks(const Scenarios& scenarios,
                             std::size_t i,
                             const std::function<FoundNetworks()>& search) {
  try {
    return search();
  } catch (const Error& error) {
    if (error.failure() != Failure::unreachable || scenarios.size() == 1) throw;
    return {scenarios[i], {}, error.what()};
  }
}

void require_all_met(const SearchResult& result) {
  for (std::size_t i = 0; i < result.found.size(); ++i) {
    const std::string& why = result.found[i].unreachable;
    if (why.empty()) continue;
    throw Error(text("scenario ", i + 1, " of ", result.found.size(), ": ", why),
                Failure::unreachable);
  }
}

void write_best(const std::filesystem::path& best,
                const SearchSpace& space,
                const SearchResult& result,
                bool quiet) {
  if (best.empty()) return;
  std::string lines;
  for (const FoundNetworks& found : result.found) {
    if (!found.unreachable.empty()) {
      print_warning("--best = " + best.string() +
                        " was not written: it has one network for each set of limits, and one set "
                        "has none",
                    quiet);
      return;
    }
    lines += to_text(space, found.summary.best->architecture) + "\n";
  }
  if (best.has_parent_path()) make_folder(best.parent_path());
  write_text_file(best, lines);
}

}  // namespace coppice

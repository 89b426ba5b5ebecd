// What both forms of `coppice search` share, the one on predictors alone and the one that measures.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "experiments/commands/search_result.hpp"
#include "experiments/search_options.hpp"
#include "predictors/predictor.hpp"
#include "search/problem.hpp"

namespace coppice {

/// Sets of limits: one search each.
using Scenarios = std::vector<std::vector<Limit>>;

/// Those of --scenarios, each with the limits that hold in all of them. Throws what read_scenarios
/// throws.
[[nodiscard]] Scenarios scenarios_of(const SearchCommand& command);

/// Predictors, and what identifies each of their sources, for resuming.
struct GivenPredictors {
  std::vector<std::unique_ptr<Predictor>> predictors;
  std::vector<std::string> identities;
};

/// Those of --predictor. Throws what load_predictor throws, and Error(usage) when two have one
/// target; warns when they were measured on different devices.
[[nodiscard]] GivenPredictors load_predictors(const SearchCommand& command,
                                              const SearchSpace& space);

/// Adds what --profile tells, if it is given, on the latency that one of the predictors predicts.
void add_profile(const SearchCommand& command, const SearchSpace& space, GivenPredictors& given);

/// Null when none predicts it.
[[nodiscard]] const Predictor* predictor_of(
    const std::string& target, const std::vector<std::unique_ptr<Predictor>>& predictors);

/// The objectives and the names in all limits.
[[nodiscard]] std::vector<std::string> asked_names(const SearchCommand& command,
                                                   const Scenarios& scenarios);

/// The costs among them.
[[nodiscard]] std::vector<std::string> asked_costs(const SearchCommand& command,
                                                   const Scenarios& scenarios);

/// Throws Error(usage) for the first objective or limit that is neither one of `targets` nor a
/// cost, naming the option or file that asks for it, all known names and the nearest.
void check_names(const SearchCommand& command,
                 const Scenarios& scenarios,
                 const std::vector<std::string>& targets);

/// Without limits and ranges, over the choices that all of `infos` cover. Those know which
/// direction is better; costs are to be small.
[[nodiscard]] SearchProblem make_problem(const SearchCommand& command,
                                         const SearchSpace& space,
                                         const std::vector<PredictorInfo>& infos);

/// search.h5, or search-2.h5 for the second of several scenarios.
[[nodiscard]] std::filesystem::path log_path(const SearchCommand& command,
                                             std::size_t scenario,
                                             bool several);

/// "search", or "search 2" for the second of several scenarios: phases of their own, since `carbon
/// compare` divides by their number.
[[nodiscard]] std::string phase_of(std::size_t scenario, bool several);

/// Before the first search, so that no result is lost for want of a place. Throws Error(usage) when
/// an output would replace an input or a file of another kind.
void check_outputs(const SearchCommand& command, const SearchSpace& space, std::size_t scenarios);

/// Puts the network that the user prefers in the place of the best in the first objective.
void prefer(const SearchCommand& command,
            const SearchProblem& problem,
            const std::vector<std::string>& names,
            SearchSummary& summary);

/// What `search` finds for scenario `i`. Where there are others, limits that nothing meets cost
/// them nothing: then `unreachable` says why instead of an error.
[[nodiscard]] FoundNetworks found_networks(const Scenarios& scenarios,
                                           std::size_t i,
                                           const std::function<FoundNetworks()>& search);

/// At the end, when all that was found has been printed: throws Error(unreachable) for the first
/// scenario that nothing meets.
void require_all_met(const SearchResult& result);

/// The best of each set of limits into --best, if it is given and each has one; else warns.
void write_best(const std::filesystem::path& best,
                const SearchSpace& space,
                const SearchResult& result,
                bool quiet);

}  // namespace coppice

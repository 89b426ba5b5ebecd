#include "experiments/commands/questions.hpp"

#include <algorithm>
#include <utility>

#include "experiments/output.hpp"
#include "predictors/fit.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

bool is_asked(const std::string& name, const SearchCommand& command, const Scenarios& scenarios) {
  const auto& objectives = command.objectives;
  if (std::find(objectives.begin(), objectives.end(), name) != objectives.end()) return true;
  return std::any_of(scenarios.begin(), scenarios.end(), [&name](const auto& limits) {
    return std::any_of(
        limits.begin(), limits.end(), [&name](const Limit& limit) { return limit.name == name; });
  });
}

// A latency that was not fitted comes from a table of another machine: it is not timed here.
bool stays_predicted(const Predictor* given, const std::string& target) {
  return given != nullptr && target != "accuracy" &&
         dynamic_cast<const FittedPredictor*>(given) == nullptr;
}

}  // namespace

Questions questions_of(const SearchCommand& command,
                       const SearchSpace& space,
                       const Scenarios& scenarios) {
  GivenPredictors given = load_predictors(command, space);
  Questions questions;
  for (const std::string& target : measurable_targets(command)) {
    const Predictor* predictor = predictor_of(target, given.predictors);
    if (!is_asked(target, command, scenarios)) continue;
    if (stays_predicted(predictor, target)) {
      print_warning(target + " is that of an imported table, so it is not timed here",
                    command.common.quiet);
      continue;
    }
    const bool maximize =
        predictor != nullptr ? predictor->info().maximize : maximize_by_default(target);
    questions.targets.push_back({target, maximize});
  }
  for (std::size_t i = 0; i < given.predictors.size(); ++i) {
    const std::string& target = given.predictors[i]->info().target;
    const auto& targets = questions.targets;
    const bool is_measured = std::any_of(
        targets.begin(), targets.end(), [&](const auto& t) { return t.name == target; });
    if (is_measured) continue;
    questions.others.identities.push_back(given.identities[i]);
    questions.others.predictors.push_back(std::move(given.predictors[i]));
  }
  return questions;
}

void check_questions(const SearchCommand& command,
                     const Scenarios& scenarios,
                     const Questions& questions) {
  std::vector<std::string> known;
  for (const MeasuredTarget& target : questions.targets) known.push_back(target.name);
  for (const auto& predictor : questions.others.predictors) {
    known.push_back(predictor->info().target);
  }
  std::string measurable;
  for (const std::string& target : measurable_targets(command)) {
    if (std::find(known.begin(), known.end(), target) == known.end()) known.push_back(target);
    measurable += (measurable.empty() ? "" : ", ") + target;
  }
  if (!command.profile.empty()) known.insert(known.end(), {"energy_mj", "co2e_g"});
  check_names(command, scenarios, known);
  std::string asked;
  for (const std::string& name : command.objectives) asked += (asked.empty() ? "" : ",") + name;
  require_usage(!questions.targets.empty(),
                "--measure = ",
                *command.measure,
                ", but nothing of --objectives = ",
                asked,
                " and the limits can be measured here, which are ",
                measurable,
                "; leave --measure out");
}

}  // namespace coppice

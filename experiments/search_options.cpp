#include "experiments/search_options.hpp"

#include <algorithm>

#include "experiments/runtime_options.hpp"
#include "search/algorithm.hpp"
#include "search/hypervolume.hpp"
#include "search/preference.hpp"
#include "supernet/base/error.hpp"

namespace coppice {

namespace {

std::string names_of_algorithms() {
  std::string names;
  for (const std::string& name : algorithm_names()) names += (names.empty() ? "" : ", ") + name;
  return names;
}

// The last word on algorithm, evaluations and population is the algorithm's.
void validate_algorithm(const SearchCommand& command) {
  const auto& known = algorithm_names();
  require_usage(command.algorithm.empty() ||
                    std::find(known.begin(), known.end(), command.algorithm) != known.end(),
                "--algorithm = ",
                command.algorithm,
                ", must be one of ",
                names_of_algorithms());
  require_usage(!command.population || (*command.population >= 4 && *command.population <= 100'000),
                "--population = ",
                command.population.value_or(0),
                ", must be 4 to 100000");
  require_usage(!command.evaluations || *command.evaluations >= 1,
                "--evaluations = ",
                command.evaluations.value_or(0),
                ", must be at least 1");
  const bool enough =
      !command.evaluations || !command.population || *command.evaluations >= *command.population;
  require_usage(enough,
                "--evaluations = ",
                command.evaluations.value_or(0),
                ", must be at least --population = ",
                command.population.value_or(0));
  static_cast<void>(make_algorithm({command.algorithm, command.evaluations, command.population},
                                   command.objectives.size()));
}

void validate_preference(const SearchCommand& command) {
  if (command.prefer.empty()) return;
  const auto& names = command.objectives;
  for (const Aspiration& each : parse_preference(command.prefer)) {
    if (std::find(names.begin(), names.end(), each.name) != names.end()) continue;
    std::string known;
    for (const std::string& name : names) known += (known.empty() ? "" : ", ") + name;
    throw Error(
        text("--prefer names ", each.name, ", which is no objective; the objectives are ", known),
        Failure::usage);
  }
}

constexpr std::int64_t kMost = 10'000;

bool in_range(const std::optional<std::int64_t>& value) {
  return !value || (*value >= 1 && *value <= kMost);
}

void validate_precision(const SearchCommand& command) {
  require_usage(command.precision == "fp32" || command.precision == "bf16",
                "--precision = ",
                command.precision,
                ", must be fp32 or bf16");
  require_usage(
      command.precision == "fp32" || !command.measure,
      "--precision = bf16, is not for --measure: measuring takes the time, not predicting");
}

void validate_measuring(const SearchCommand& command) {
  require_usage(in_range(command.measure),
                "--measure = ",
                command.measure.value_or(0),
                ", must be 1 to ",
                kMost,
                ": networks measured in each round");
  require_usage(in_range(command.rounds),
                "--rounds = ",
                command.rounds.value_or(0),
                ", must be 1 to ",
                kMost);
  for (const std::string& what : command.what) {
    require_usage(what == "accuracy" || what == "latency",
                  "--what = ",
                  what,
                  ", must be accuracy, latency or both: accuracy,latency");
  }
  if (!command.measure) {
    require_usage(!command.rounds, "--rounds needs --measure K: the networks measured in each");
    require_usage(!command.space.space.empty() || !command.predictor.empty(),
                  "--space is missing: search space; with --predictor or --measure it is theirs");
    return;
  }
  require_usage(!command.run.empty(),
                "--measure needs --run RUN: the trained supernet whose networks are measured");
  require_usage(
      command.algorithm.empty() && !command.population,
      command.algorithm.empty() ? "--population" : "--algorithm",
      " cannot be chosen with --measure: predictors are searched with the default of each");
  require_usage(!command.evaluations || *command.evaluations >= 100,
                "--evaluations = ",
                command.evaluations.value_or(0),
                ", must be at least 100 with --measure: what predictors are asked in each round");
}

}  // namespace

void bind(SearchCommand& command, OptionSet& options) {
  bind(command.space, options, "the predictors' own, with --measure the run's");
  options.add("predictor",
              command.predictor,
              "P",
              "files that fit or import wrote; NAME=FILE answers for NAME (one more device: "
              "pixel_ms=p.h5)");
  options
      .add("objectives",
           command.objectives,
           "NAME",
           "what to optimise, one to four: a predictor's target, macs, params, "
           "peak_activation_bytes, energy_mj or co2e_g")
      .as_required();
  options.add("limit", command.limit, "'NAME<=V'", "bound that must hold; or 'NAME>=V'");
  options.add("scenarios", command.scenarios, "FILE", "one set of limits a line: one search each");
  options
      .add("prefer",
           command.prefer,
           "'NAME#V+...'",
           "picks the network of the front that misses these values of objectives least")
      .shows("the best in the first objective");
  options.add("algorithm", command.algorithm, "NAME", names_of_algorithms())
      .shows("local for one objective, else nsga2");
  options.add("evaluations", command.evaluations, "N", "architectures to evaluate at most")
      .shows("100000 for local, else 20000");
  options.add("precision",
              command.precision,
              "NUMBERS",
              "fp32, or bf16: predictors that are networks round in the first four fifths of the "
              "evaluations, where the processor is faster so; what is found is evaluated in fp32");
  options
      .add("population",
           command.population,
           "N",
           "architectures a generation of nsga2 and evolution, or alive in ageing; 4 to 100000")
      .shows("100");
  options.add("profile",
              command.profile,
              "FILE",
              "device profile, for energy_mj and co2e_g; a predictor of latency_ms must be of this "
              "device");
  options.add("region", command.region, "NAME", "country whose grid powers the device")
      .shows("the profile's grid");
  options.add(
      "out",
      command.out,
      "FILE",
      "keeps archive and fronts of all generations, and a random search of as many networks "
      "beside them");
  options.add("best",
              command.best,
              "FILE",
              "writes the best network of each set of limits, one JSON line each, as export --arch "
              "reads them");
  options
      .add("run",
           command.run,
           "RUN",
           "folder of the run that this is a step of: its energy.csv gets what it spends, and its "
           "supernet's networks are measured")
      .not_recorded();
  options
      .add("measure",
           command.measure,
           "K",
           "measures K networks of RUN in each round and fits predictors anew; the ten best are "
           "measured before the answer")
      .shows("none: predictions only");
  options.add("rounds", command.rounds, "R", "rounds of measuring")
      .shows(std::to_string(kMeasuringRounds));
  options.add("what",
              command.what,
              "KIND",
              "what --measure may measure where it is asked for: accuracy, latency or both: "
              "accuracy,latency");
  options.add("resume", command.resume, "", "go on with the search kept in --out").not_recorded();
  bind(command.charge, options);
}

void validate(const SearchCommand& command) {
  validate(command.charge);
  require_run_to_charge(command.charge, !command.run.empty());
  validate(command.space);
  const auto& names = command.objectives;
  require_usage(names.size() <= kMostObjectives,
                "--objectives names ",
                names.size(),
                " objectives, must be one to four; the others can be limits");
  for (auto name = names.begin(); name != names.end(); ++name) {
    require_usage(
        std::find(names.begin(), name, *name) == name, "--objectives names ", *name, " twice");
  }
  validate_algorithm(command);
  validate_preference(command);
  require_usage(!command.resume || !command.out.empty(),
                "--resume needs --out FILE: the search to go on with");
  require_usage(command.region.empty() || !command.profile.empty(),
                "--region = ",
                command.region,
                ", needs --profile FILE: the device whose carbon it decides");
  validate_precision(command);
  validate_measuring(command);
}

Body body_of(const SearchCommand& command) { return command.measure ? Body::tensor : Body::light; }

std::vector<std::string> measurable_targets(const SearchCommand& command) {
  std::vector<std::string> targets;
  for (const std::string& what : command.what) {
    if (what == "accuracy") {
      targets.push_back(what);
      continue;
    }
    for (const std::string& runtime : runtime_names()) targets.push_back(latency_target(runtime));
  }
  return targets;
}

}  // namespace coppice

#include "experiments/search_options.hpp"

#include <algorithm>

#include "supernet/base/error.hpp"

namespace coppice {

void bind(SearchCommand& command, OptionSet& options) {
  bind(command.space, options, true);
  options.add("predictor", command.predictor, "P", "files that fit or import wrote");
  options
      .add("objectives",
           command.objectives,
           "NAME",
           "what to optimise, one to three: a predictor's target, macs, params, "
           "peak_activation_bytes, energy_mj or co2e_g")
      .as_required();
  options.add("limit", command.limit, "'NAME<=V'", "bound that must hold; or 'NAME>=V'");
  options.add("scenarios", command.scenarios, "FILE", "one set of limits a line: one search each");
  options.add("evaluations", command.evaluations, "N", "architectures to evaluate at most");
  options.add("population", command.population, "N", "architectures a generation");
  options.add("profile",
              command.profile,
              "FILE",
              "device profile, for energy_mj and co2e_g; a predictor of latency_ms must be of this "
              "device");
  options.add("region", command.region, "NAME", "country whose grid powers the device")
      .shows("the world's average");
  options.add("out", command.out, "FILE", "keeps archive and fronts of all generations");
  options.add("best",
              command.best,
              "FILE",
              "writes the best network of each set of limits, one JSON line each, as export --arch "
              "reads them");
  options
      .add("run",
           command.run,
           "RUN",
           "folder of the run that this is a step of: its energy.csv gets what it spends")
      .not_recorded();
  options.add("resume", command.resume, "", "go on with the search kept in --out").not_recorded();
}

void validate(const SearchCommand& command) {
  validate(command.space);
  const auto& names = command.objectives;
  require_usage(names.size() <= 3,
                "--objectives names ",
                names.size(),
                " objectives, must be one to three; the others can be limits");
  for (auto name = names.begin(); name != names.end(); ++name) {
    require_usage(
        std::find(names.begin(), name, *name) == name, "--objectives names ", *name, " twice");
  }
  require_usage(command.population >= 4 && command.population <= 100'000,
                "--population = ",
                command.population,
                ", must be 4 to 100000");
  require_usage(command.evaluations >= command.population,
                "--evaluations = ",
                command.evaluations,
                ", must be at least --population = ",
                command.population);
  require_usage(!command.resume || !command.out.empty(),
                "--resume needs --out FILE: the search to go on with");
}

}  // namespace coppice

#include "experiments/carbon_options.hpp"

#include "supernet/base/error.hpp"

namespace coppice {

void bind(CarbonCommand& command, OptionSet& options) {
  options.add("action", command.action, "compare", "what to do; compare is the only action")
      .as_required()
      .as_positional();
  options.add("run", command.run, "RUN", "compares this run's measured cost as well");
  options.add("scenarios", command.scenarios, "N", "deployment scenarios, each a network");
  options.add("baseline", command.baseline, "NAME", "compare with this method only").shows("all");
  options.add("region", command.region, "NAME", "country whose grid powers every method")
      .shows("the one the papers assume");
}

void validate(const CarbonCommand& command) {
  require_usage(
      command.action == "compare", "carbon ", command.action, ": the action must be compare");
  require_usage(command.scenarios >= 1 && command.scenarios <= 1'000'000'000,
                "--scenarios = ",
                command.scenarios,
                ", must be 1 to 1000000000");
}

}  // namespace coppice

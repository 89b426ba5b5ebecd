#include "experiments/fit_options.hpp"

#include <algorithm>

#include "predictors/fit.hpp"
#include "predictors/measurements.hpp"
#include "supernet/base/error.hpp"
#include "supernet/space/cost.hpp"

namespace coppice {

void bind(FitCommand& command, OptionSet& options) {
  bind(command.space, options);
  options
      .add("measurements",
           command.measurements,
           "FILE",
           "measurements: HDF5 of measure, or CSV with columns arch (a JSON line) or ks,e,d,r and "
           "the target")
      .as_required();
  options.add("target", command.target, "NAME", "what to predict: accuracy, latency_ms ...")
      .as_required();
  options.add("out", command.out, "P", "file of the predictor").as_required();
  options
      .add("run",
           command.run,
           "RUN",
           "folder of the run that this is a step of: its energy.csv gets what it spends")
      .not_recorded();
  options.add("kinds",
              command.kinds,
              "LIST",
              "kinds to choose from (default: all that suit the number of measurements): "
              "ridge-physical, ridge-stages, ridge-choices, ridge-hybrid, ridge-groups, "
              "process-groups, gaussian-process, ofa-mlp");
  options.add("plot",
              command.plot,
              "FILE.svg",
              "draws the predictions for held-out networks against their measurements");
  options.add("maximize", command.maximize, "", "more is better (default for accuracy*, top*)");
  options.add("minimize", command.minimize, "", "less is better (default for all others)");
  bind(command.charge, options);
}

void validate(const FitCommand& command) {
  validate(command.charge);
  require_run_to_charge(command.charge, !command.run.empty());
  validate(command.space);
  for_option("--target", [&] { check_target_name(command.target); });
  const auto& costs = cost_names();
  require_usage(std::find(costs.begin(), costs.end(), command.target) == costs.end(),
                "--target = ",
                command.target,
                ", is counted exactly (coppice describe); there is nothing to fit");
  FitOptions options;
  options.kinds = command.kinds;
  for_option("--kinds", [&] { validate(options); });
  require_usage(!(command.maximize && command.minimize),
                "--maximize and --minimize are both given; at most one of them says which "
                "direction is better");
}

bool maximizes(const FitCommand& command) {
  if (command.maximize || command.minimize) return command.maximize;
  return maximize_by_default(command.target);
}

}  // namespace coppice

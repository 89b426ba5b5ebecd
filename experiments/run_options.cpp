#include "experiments/run_options.hpp"

#include <algorithm>

#include "experiments/commands.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/nearest.hpp"

namespace coppice {

std::vector<std::string> run_steps() {
  // A step needs its command: those that are not in the table yet are left out.
  const auto known = command_names();
  std::vector<std::string> steps;
  for (const char* step : {"train", "measure", "fit", "search", "export", "carbon", "report"}) {
    if (std::find(known.begin(), known.end(), step) != known.end()) steps.emplace_back(step);
  }
  return steps;
}

void bind(RunCommand& command, OptionSet& options) {
  options
      .add("experiment",
           command.experiment,
           "EXPERIMENT.cfg",
           "INI file with a section for each step: [train], [measure], [fit] ...; folders and "
           "files of a run are filled in")
      .as_required()
      .as_positional()
      .as_config();
  options.add("out", command.out, "RUN", "folder of the run").as_required();
  options.add("steps", command.steps, "NAME", "only these: train,measure,fit").shows("all");
  options.add("resume", command.resume, "", "allowed, but not needed: a run always goes on")
      .not_recorded();
  bind(command.charge, options);
}

void validate(const RunCommand& command) {
  validate(command.charge);
  const auto steps = run_steps();
  for (const std::string& step : command.steps) {
    require_usage(std::find(steps.begin(), steps.end(), step) != steps.end(),
                  "--steps = ",
                  step,
                  ", is no step; the nearest is ",
                  nearest(step, steps));
  }
}

}  // namespace coppice

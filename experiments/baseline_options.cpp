#include "experiments/baseline_options.hpp"

#include "supernet/base/error.hpp"

namespace coppice {

void bind(BaselineCommand& command, OptionSet& options) {
  options
      .add("experiment",
           command.experiment,
           "EXPERIMENT.cfg",
           "INI file whose section [train] is the recipe of every candidate")
      .as_required()
      .as_positional()
      .as_config();
  options
      .add("scenarios",
           command.scenarios,
           "FILE",
           "limits on macs, params or peak_activation_bytes, one set a line: a search for each")
      .as_required();
  options.add("out", command.out, "DIR", "folder of all these trainings").as_required();
  options.add("candidates", command.candidates, "N", "networks trained for each scenario");
  options.add("population",
              command.population,
              "N",
              "of them drawn at random to begin with; the others are mutants of the best");
  options.add("candidate-epochs", command.candidate_epochs, "X", "of each candidate");
  options.add("final-epochs", command.final_epochs, "X", "of the chosen network, from scratch");
  options.add("resume", command.resume, "", "allowed, but not needed: it always goes on")
      .not_recorded();
  bind(command.charge, options);
}

void validate(const BaselineCommand& command) {
  validate(command.charge);
  require_usage(command.candidates >= 1 && command.candidates <= 100'000,
                "--candidates = ",
                command.candidates,
                ", must be 1 to 100000");
  require_usage(command.population >= 1 && command.population <= command.candidates,
                "--population = ",
                command.population,
                ", must be 1 to --candidates = ",
                command.candidates);
  require_usage(command.candidate_epochs > 0 && command.candidate_epochs <= 100'000,
                "--candidate-epochs = ",
                command.candidate_epochs,
                ", must be above 0 and at most 100000");
  require_usage(command.final_epochs > 0 && command.final_epochs <= 100'000,
                "--final-epochs = ",
                command.final_epochs,
                ", must be above 0 and at most 100000");
}

}  // namespace coppice

#include "experiments/carbon_options.hpp"

#include "supernet/base/error.hpp"

namespace coppice {

void bind(CarbonCommand& command, OptionSet& options) {
  options.add("action", command.action, "compare|deployment", "what to do: compare or deployment")
      .as_required()
      .as_positional();
  options.add("run", command.run, "RUN", "compares this run's measured cost as well");
  options.add("scenarios", command.scenarios, "N", "deployment scenarios, each a network");
  options.add("baseline", command.baseline, "NAME", "compare with this method only").shows("all");
  options
      .add("region",
           command.region,
           "NAME",
           "country, state (US-CA) or cloud region (gcp:europe-west1) whose grid powers all")
      .shows(
          "the world's with --run, the cards' own for deployment, else the one the papers assume");
  options.add("grid-csv", command.grid_csv, "FILE", "table of grids instead of the built-in one");
  options.add("hourly", command.hourly, "FILE", "intensity hour by hour (time,gCO2e_per_kWh)");
  options.add("when", command.when, "TIME", "hour of that file, 2026-11-24T03:00").shows("none");
  options.add("per-model",
              command.per_model,
              "DIR",
              "compares with trainings really done for one model each, in DIR/scenario-1 ...");
  options.add("finetuned",
              command.finetuned,
              "RUN",
              "a network of --run trained further (finetune --out): what fine-tuning each changes");
  options.add("machine",
              command.machine,
              "PROFILE",
              "device profile of the machine that trained: wall correction, PUE, embodied carbon");
  options.add("profile",
              command.profile,
              "PROFILE",
              "deployment: device profile, for the embodied carbon of an inference");
  options.add("card", command.cards, "FILE", "deployment: card.json of a network; repeatable");
  options.add("inferences", command.inferences, "N", "deployment: inferences of each network")
      .shows("none");
  options.add("years", command.years, "Y", "deployment: in which they happen");
}

void validate(const CarbonCommand& command) {
  const bool deployment = command.action == "deployment";
  require_usage(command.action == "compare" || deployment,
                "carbon ",
                command.action,
                ": the action must be compare or deployment");
  require_usage(!deployment || !command.cards.empty(),
                "carbon deployment: --card is missing: card.json of each network");
  require_usage(!deployment || command.inferences > 0,
                "--inferences = ",
                command.inferences,
                ", must be > 0");
  require_usage(command.finetuned.empty() || !command.run.empty(),
                "--finetuned is given without --run: the run whose networks were trained further");
  require_usage(command.per_model.empty() || !command.run.empty(),
                "--per-model is given without --run: searches of this machine are compared with a "
                "run of this machine, not with papers");
  require_usage(command.machine.empty() || !command.run.empty(),
                "--machine is given without --run: papers do not say what machines they used");
  const CarbonCommand usual;
  require_usage(deployment || (command.cards.empty() && command.inferences == usual.inferences &&
                               command.years == usual.years),
                "--card, --inferences and --years are for carbon deployment");
  const bool compares = !command.run.empty() || !command.per_model.empty() ||
                        !command.finetuned.empty() || !command.machine.empty() ||
                        !command.baseline.empty() || command.scenarios != usual.scenarios;
  require_usage(!deployment || !compares,
                "--run, --scenarios, --baseline, --per-model, --finetuned and --machine are for "
                "carbon compare");
  require_usage(command.profile.empty() || deployment,
                "--profile is for carbon deployment; carbon compare takes --machine");
  require_usage(command.hourly.empty() == command.when.empty(),
                "--hourly and --when belong together: a file of hours, and one of them");
  require_usage(command.hourly.empty() || command.grid_csv.empty(),
                "--hourly and --grid-csv both say what a kilowatt-hour emits; give one of them");
  require_usage(command.years > 0, "--years = ", command.years, ", must be > 0");
  require_usage(command.scenarios >= 1 && command.scenarios <= 1'000'000,
                "--scenarios = ",
                command.scenarios,
                ", must be 1 to 1000000");
}

}  // namespace coppice

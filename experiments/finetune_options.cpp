#include "experiments/finetune_options.hpp"

#include "supernet/base/error.hpp"

namespace coppice {

void bind(FinetuneCommand& command, OptionSet& options) {
  bind(command.network, options);
  options.add("out",
              command.out,
              "RUN2",
              "folder of the fine-tuned network's run; needed but for a preview");
  options.add("resume", command.resume, "", "go on where the run stopped").not_recorded();
  bind(command.preview, options);
  bind(command.recipe, options);
  options.add("epochs", command.epochs, "X", "epochs after the warm-up");
  options.add("warmup-epochs", command.warmup_epochs, "X", "epochs with a growing rate");
  options.add("rate", command.rate, "X", "peak learning rate of a batch of 64");
  options.add("kd-ratio",
              command.kd_ratio,
              "X",
              "weight of the loss against the supernet's largest network; 0: labels alone");
  options
      .add("split-seed",
           command.split_seed,
           "S",
           "seed of the division into training and held-out images")
      .shows("the run's on the run's own data, else --seed");
  options.add("calibration",
              command.calibration,
              "N",
              "training images for the recalibration of batch norm");
  options.add("evaluations", command.evaluations, "N", "on held-out images");
  bind(command.charge, options);
}

void validate(const FinetuneCommand& command) {
  validate(command.charge);
  validate(command.network);
  validate(command.preview, command.out, command.resume);
  validate(command.recipe);
  validate_epochs("epochs", command.epochs);
  require_usage(command.epochs > 0, "--epochs = 0, must be above 0");
  validate_epochs("warmup-epochs", command.warmup_epochs);
  validate_rate("rate", command.rate);
  require_usage(command.kd_ratio >= 0, "--kd-ratio = ", command.kd_ratio, ", must be >= 0");
  require_usage(
      command.calibration >= 1, "--calibration = ", command.calibration, ", must be >= 1");
  require_usage(command.evaluations >= 1 && command.evaluations <= 10'000,
                "--evaluations = ",
                command.evaluations,
                ", must be 1 to 10000");
}

}  // namespace coppice

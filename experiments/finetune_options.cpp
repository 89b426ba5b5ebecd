#include "experiments/finetune_options.hpp"

#include "supernet/base/error.hpp"

namespace coppice {

void bind(FinetuneCommand& command, OptionSet& options) {
  bind(command.network, options);
  options.add("out", command.out, "RUN2", "folder of the result").as_required();
  bind(command.recipe, options);
  options.add("epochs", command.epochs, "N", "epochs after the warm-up");
  options.add("warmup-epochs", command.warmup_epochs, "N", "epochs with a growing rate");
  options.add("rate", command.rate, "X", "learning rate after the warm-up");
}

void validate(const FinetuneCommand& command) {
  validate(command.network);
  validate(command.recipe);
  validate_epochs("epochs", command.epochs);
  validate_epochs("warmup-epochs", command.warmup_epochs);
  require_usage(command.epochs + command.warmup_epochs > 0,
                "--epochs = 0 and --warmup-epochs = 0, one of them must be > 0");
  validate_rate("rate", command.rate);
}

}  // namespace coppice

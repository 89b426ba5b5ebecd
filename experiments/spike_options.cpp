#include "experiments/spike_options.hpp"

#include <algorithm>
#include <functional>

#include "experiments/recipe_options.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

// What would change nothing was meant to change something.
void require_of_use(const SpikeCommand& command) {
  const SpikeCommand unchanged;
  require_usage(!command.out.empty() || !command.grouped,
                "--grouped says how a NIR file is written; give --out FILE, or leave it out");
  const bool tuning = command.rate != unchanged.rate || command.levels != unchanged.levels ||
                      command.noise != unchanged.noise ||
                      command.tuned_until != unchanged.tuned_until;
  require_usage(command.finetune_epochs > 0 || !tuning,
                "--rate, --levels, --noise and --tuned-until are of the fine-tuning, and "
                "--finetune-epochs = 0; give it epochs, or leave them out");
}

}  // namespace

void bind(SpikeCommand& command, OptionSet& options) {
  bind(command.network, options);
  options.add("data", command.data, "DATA", "images to calibrate, fine-tune and test on")
      .shows("the run's");
  options.add("timesteps", command.timesteps, "T", "timesteps to report, ascending: 4,8,16");
  options.add("finetune-epochs",
              command.finetune_epochs,
              "X",
              "epochs with the activations of spiking neurons (QCFS); 0: thresholds by percentile");
  options.add("levels", command.levels, "N", "of these activations: timesteps to train for");
  options.add(
      "noise",
      command.noise,
      "X",
      "noise before these activations in levels: uneven arrival of spikes, learned to bear");
  options.add("rate", command.rate, "X", "peak learning rate of fine-tuning at a batch of 64");
  options.add("tuned-until",
              command.tuned_until,
              "T",
              "for more timesteps the untuned network serves, with thresholds by percentile");
  options.add(
      "percentile",
      command.percentile,
      "P",
      "percentile of a channel's activations that is its threshold, or starts its training");
  options.add("replace",
              command.replace,
              "",
              "put ReLU for h_swish and fixed gates for squeeze-excite, instead of refusing them");
  options.add("images", command.images, "N", "test only on the first N images; 0: all");
  options
      .add("out",
           command.out,
           "FILE",
           "write the spiking network of the fewest timesteps as a NIR file")
      .shows("none");
  options.add("grouped",
              command.grouped,
              "",
              "keep depthwise convolutions as such in the NIR file; most readers fail on them");
  bind(command.charge, options);
}

void validate(const SpikeCommand& command) {
  validate(command.charge);
  validate(command.network);
  validate_epochs("finetune-epochs", command.finetune_epochs);
  validate_rate("rate", command.rate);
  require_usage(!command.network.run.empty() || !command.data.empty(),
                "--data is missing: a bare supernet comes without images");
  const auto& steps = command.timesteps;
  for (const int t : steps) {
    require_usage(t >= 1 && t <= 4096, "--timesteps = ", t, ", must be 1 to 4096");
  }
  require_usage(
      !steps.empty() &&
          std::adjacent_find(steps.begin(), steps.end(), std::greater_equal<>()) == steps.end(),
      "--timesteps must ascend and name at least one");
  require_usage(command.levels >= 1 && command.levels <= 256,
                "--levels = ",
                command.levels,
                ", must be 1 to 256");
  require_usage(
      command.noise >= 0 && command.noise <= 16, "--noise = ", command.noise, ", must be 0 to 16");
  require_usage(
      command.tuned_until >= 0, "--tuned-until = ", command.tuned_until, ", must be >= 0");
  require_usage(command.percentile >= 50 && command.percentile <= 100,
                "--percentile = ",
                command.percentile,
                ", must be 50 to 100");
  require_usage(!command.replace || command.finetune_epochs > 0,
                "--replace needs --finetune-epochs > 0: without training the replaced layers cost "
                "most of the accuracy");
  require_usage(command.images >= 0, "--images = ", command.images, ", must be >= 0");
  require_of_use(command);
}

}  // namespace coppice

#include "experiments/recipe_options.hpp"

#include "supernet/base/error.hpp"

namespace coppice {

void bind(RecipeOptions& recipe, OptionSet& options) {
  options.add("data", recipe.data, "DATA", "folder of the training data").as_required();
  options.add("checkpoint-minutes",
              recipe.checkpoint_minutes,
              "X",
              "save the state at least so often; it is saved after every epoch, too");
  options.add("batch", recipe.batch, "N", "images a step, of all ranks together, 2 to 65536");
  options
      .add("held-out", recipe.held_out, "N", "training images kept back for measuring; 0: a tenth")
      .shows("a tenth, at most 10000");
  options
      .add("train-images", recipe.train_images, "N", "use only the first N training images; 0: all")
      .shows("all");
  options.add("train-fraction",
              recipe.train_fraction,
              "P",
              "use P percent of the training images; the held-out ones stay");
  options.add("augment", recipe.augment, "KIND", "none, crop-flip or imagenet");
  options.add("momentum", recipe.momentum, "X", "of Nesterov's method, from 0 to below 1");
  options.add("weight-decay", recipe.weight_decay, "X", "of weights");
  options.add("label-smoothing",
              recipe.label_smoothing,
              "X",
              "probability given to all classes, from 0 to below 1");
  options.add("precision",
              recipe.precision,
              "NUMBERS",
              "between layers: fp32, or bf16 for half the memory (on CPU: mobile spaces)");
  options.add(
      "target-accuracy",
      recipe.target_accuracy,
      "P",
      "stop when the network, of a supernet the largest, reaches this accuracy, in percent; "
      "0: never");
}

void bind(PreviewOptions& preview, OptionSet& options) {
  options
      .add("dry-run",
           preview.dry_run,
           "",
           "train a few steps of each phase, forecast time, energy and memory, keep nothing")
      .not_recorded();
  options
      .add("find-rate",
           preview.find_rate,
           "",
           "find a learning rate, of several phases the first one's, by a short test, keep nothing")
      .not_recorded();
}

void validate(const RecipeOptions& recipe) {
  require_usage(recipe.checkpoint_minutes > 0,
                "--checkpoint-minutes = ",
                recipe.checkpoint_minutes,
                ", must be > 0");
  require_usage(recipe.batch >= 2 && recipe.batch <= 65'536,
                "--batch = ",
                recipe.batch,
                ", must be 2 to 65536");
  require_usage(recipe.held_out >= 0, "--held-out = ", recipe.held_out, ", must be >= 0");
  require_usage(
      recipe.train_images >= 0, "--train-images = ", recipe.train_images, ", must be >= 0");
  require_usage(recipe.train_fraction > 0 && recipe.train_fraction <= 100,
                "--train-fraction = ",
                recipe.train_fraction,
                ", must be above 0 and at most 100 (percent)");
  require_usage(
      recipe.augment == "none" || recipe.augment == "crop-flip" || recipe.augment == "imagenet",
      "--augment = ",
      recipe.augment,
      ", must be none, crop-flip or imagenet");
  require_usage(recipe.momentum >= 0 && recipe.momentum < 1,
                "--momentum = ",
                recipe.momentum,
                ", must be in [0, 1)");
  require_usage(
      recipe.weight_decay >= 0, "--weight-decay = ", recipe.weight_decay, ", must be >= 0");
  require_usage(recipe.label_smoothing >= 0 && recipe.label_smoothing < 1,
                "--label-smoothing = ",
                recipe.label_smoothing,
                ", must be in [0, 1)");
  require_usage(recipe.precision == "fp32" || recipe.precision == "bf16",
                "--precision = ",
                recipe.precision,
                ", must be fp32 or bf16");
  require_usage(recipe.target_accuracy >= 0 && recipe.target_accuracy <= 100,
                "--target-accuracy = ",
                recipe.target_accuracy,
                ", must be 0 to 100 (percent)");
}

void validate(const PreviewOptions& preview, const std::filesystem::path& out, bool resume) {
  require_usage(preview.asked() || !out.empty(), "--out is missing: folder of the run");
  require_usage(!preview.dry_run || !preview.find_rate,
                "both --dry-run and --find-rate are given; one at a time");
  require_usage(!preview.asked() || !resume,
                preview.dry_run ? "--dry-run" : "--find-rate",
                " looks at a training from its beginning; leave out --resume");
}

void validate_epochs(const std::string& option, double epochs) {
  require_usage(
      epochs >= 0 && epochs <= 100'000, "--", option, " = ", epochs, ", must be 0 to 100000");
}

void validate_rate(const std::string& option, double rate) {
  require_usage(
      rate > 0 && rate <= 100, "--", option, " = ", rate, ", must be above 0 and at most 100");
}

}  // namespace coppice

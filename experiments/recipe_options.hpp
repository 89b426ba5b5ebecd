// What training a supernet and fine-tuning one network have in common.
#pragma once

#include <filesystem>
#include <string>

#include "experiments/options.hpp"

namespace coppice {

struct RecipeOptions {
  std::filesystem::path data;
  int batch = 64;
  int held_out = 0;                   ///< images; 0: a tenth of the training images, at most 10,000
  int train_images = 0;               ///< 0: all
  double train_fraction = 100;        ///< percent of the training part that is used, (0, 100]
  std::string augment = "crop-flip";  ///< none, crop-flip or imagenet
  double momentum = 0.9;              ///< Nesterov
  double weight_decay = 3e-5;         ///< of weights; biases and normalisation have none
  double label_smoothing = 0.1;       ///< [0, 1)
  std::string precision = "fp32";     ///< fp32 or bf16: see Precision in supernet/forward.hpp
  double target_accuracy = 0;         ///< percent, of a supernet the largest network; 0: to the end
  double checkpoint_minutes = 5;      ///< also within an epoch; > 0
};

/// What a training can tell instead of being done. Nothing is kept.
struct PreviewOptions {
  bool dry_run = false;    ///< measure a few steps and forecast the whole
  bool find_rate = false;  ///< measure which learning rate serves

  [[nodiscard]] bool asked() const noexcept { return dry_run || find_rate; }
};

void bind(RecipeOptions& recipe, OptionSet& options);
void bind(PreviewOptions& preview, OptionSet& options);

/// Throws Error(usage) naming option, value and what is allowed.
void validate(const RecipeOptions& recipe);
/// `out`, the folder of the run, may only be empty when nothing is kept. Nothing is resumed then.
void validate(const PreviewOptions& preview, const std::filesystem::path& out, bool resume);

/// Checks of a number of epochs and of a learning rate; `option` is "full.epochs", "rate" ...
void validate_epochs(const std::string& option, double epochs);
void validate_rate(const std::string& option, double rate);

}  // namespace coppice

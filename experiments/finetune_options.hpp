// Options of `coppice finetune`: one network of a supernet, trained further on its own.
//
// Networks that Once-For-All published were trained on for 25 epochs, the largest (above about
// 350 M multiply-accumulates) for 75.
#pragma once

#include <cstdint>
#include <filesystem>

#include "experiments/charge_options.hpp"
#include "experiments/command.hpp"
#include "experiments/network_options.hpp"
#include "experiments/recipe_options.hpp"

namespace coppice {

struct FinetuneCommand {
  static constexpr const char* kName = "finetune";
  CommonOptions common;
  ChargeOptions charge;
  NetworkOptions network;  ///< one architecture
  RecipeOptions recipe;
  std::filesystem::path out;  ///< may be empty for a preview
  PreviewOptions preview;
  bool resume = false;  ///< go on in `out`
  double epochs = 25;   ///< after the warm-up
  double warmup_epochs = 0;
  double rate = 0.0075;          ///< peak learning rate of a batch of 64; scaled by batch / 64
  double kd_ratio = 0;           ///< weight of the loss against the supernet's largest network
  std::uint64_t split_seed = 0;  ///< of the division into training and held-out images; 0: the
                                 ///< run's on the run's own data, else the seed
  int calibration = 2000;        ///< training images that batch norm is recalibrated on
  int evaluations = 1;           ///< on held-out images
};

void bind(FinetuneCommand& command, OptionSet& options);

/// Throws Error(usage) naming option, value and what is allowed.
void validate(const FinetuneCommand& command);

}  // namespace coppice

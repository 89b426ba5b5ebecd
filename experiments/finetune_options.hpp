// Options of `coppice finetune`.
#pragma once

#include <filesystem>

#include "experiments/command.hpp"
#include "experiments/network_options.hpp"
#include "experiments/recipe_options.hpp"

namespace coppice {

struct FinetuneCommand {
  static constexpr const char* kName = "finetune";
  CommonOptions common;
  NetworkOptions network;
  RecipeOptions recipe;
  std::filesystem::path out;
  double epochs = 25;        ///< after the warm-up
  double warmup_epochs = 0;  ///< with a rate that grows linearly
  double rate = 0.0025;      ///< learning rate after the warm-up
};

void bind(FinetuneCommand& command, OptionSet& options);

/// Throws Error(usage) naming option, value and what is allowed.
void validate(const FinetuneCommand& command);

}  // namespace coppice

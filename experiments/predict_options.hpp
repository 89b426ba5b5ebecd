// Options of `coppice predict`.
#pragma once

#include <filesystem>
#include <vector>

#include "experiments/command.hpp"
#include "experiments/space_options.hpp"

namespace coppice {

struct PredictCommand {
  static constexpr const char* kName = "predict";
  CommonOptions common;
  SpaceOptions space;  ///< no name: the one that the first predictor was made for
  std::vector<std::filesystem::path> predictor;
  std::filesystem::path arch;
};

void bind(PredictCommand& command, OptionSet& options);
void validate(const PredictCommand& command);

}  // namespace coppice

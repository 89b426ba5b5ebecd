// Options of `coppice predict`.
#pragma once

#include <filesystem>
#include <vector>

#include "experiments/command.hpp"

namespace coppice {

struct PredictCommand {
  static constexpr const char* kName = "predict";
  CommonOptions common;
  std::vector<std::filesystem::path> predictor;
  std::filesystem::path arch;
};

void bind(PredictCommand& command, OptionSet& options);
void validate(const PredictCommand& command);

}  // namespace coppice

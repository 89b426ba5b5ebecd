// Options of `coppice run`.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "experiments/charge_options.hpp"
#include "experiments/command.hpp"

namespace coppice {

struct RunCommand {
  static constexpr const char* kName = "run";
  CommonOptions common;
  ChargeOptions charge;
  std::filesystem::path experiment;
  std::filesystem::path out;
  std::vector<std::string> steps;  ///< some of run_steps(); in their order, whatever is written
  bool resume = false;  ///< accepted because messages of the steps advise it; a run always goes on
};

/// Names of the commands that a whole experiment consists of, in order.
[[nodiscard]] std::vector<std::string> run_steps();

void bind(RunCommand& command, OptionSet& options);

/// Throws Error(usage) naming option, value and what is allowed.
void validate(const RunCommand& command);

}  // namespace coppice

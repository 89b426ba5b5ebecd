// Options of `coppice baseline`.
#pragma once

#include <filesystem>
#include <string>

#include "experiments/charge_options.hpp"
#include "experiments/command.hpp"

namespace coppice {

struct BaselineCommand {
  static constexpr const char* kName = "baseline";
  CommonOptions common;
  ChargeOptions charge;
  std::filesystem::path experiment;  ///< its section [train] is the recipe of every candidate
  std::filesystem::path scenarios;   ///< limits on exact costs, one set a line
  std::filesystem::path out;
  int candidates = 12;          ///< trained for each scenario
  int population = 4;           ///< of them drawn at random to begin with
  double candidate_epochs = 1;  ///< that each candidate is trained for
  double final_epochs = 5;      ///< that the chosen one is trained for, from scratch
  bool resume = false;          ///< accepted because trainings advise it; it always goes on
};

void bind(BaselineCommand& command, OptionSet& options);

/// Throws Error(usage) naming option, value and what is allowed.
void validate(const BaselineCommand& command);

}  // namespace coppice

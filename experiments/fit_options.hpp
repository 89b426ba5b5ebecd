// Options of `coppice fit`.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "experiments/charge_options.hpp"
#include "experiments/command.hpp"
#include "experiments/space_options.hpp"

namespace coppice {

struct FitCommand {
  static constexpr const char* kName = "fit";
  CommonOptions common;
  ChargeOptions charge;
  SpaceOptions space;
  std::vector<std::filesystem::path> measurements;
  std::string target;
  std::filesystem::path out;
  std::filesystem::path run;       ///< whose energy.csv this belongs to; empty: none
  std::vector<std::string> kinds;  ///< of predictors to choose from; empty: those that suit
  std::filesystem::path plot;      ///< picture of predictions against measurements; empty: none
  bool maximize = false;           ///< neither of the two: by the target's name
  bool minimize = false;
};

void bind(FitCommand& command, OptionSet& options);

/// Throws Error(usage) when both directions are given.
void validate(const FitCommand& command);

/// The direction in effect: as told, else more is better for accuracy* and top*.
[[nodiscard]] bool maximizes(const FitCommand& command);

}  // namespace coppice

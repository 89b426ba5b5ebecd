// Options of `coppice carbon compare`.
#pragma once

#include <filesystem>
#include <string>

#include "experiments/command.hpp"

namespace coppice {

struct CarbonCommand {
  static constexpr const char* kName = "carbon";
  CommonOptions common;
  std::string action;         ///< compare
  std::filesystem::path run;  ///< empty: published methods only
  int scenarios = 40;
  std::string baseline;  ///< only this per-model method; empty: all
  std::string region;    ///< grid that all methods are charged for; empty: the papers' own
};

void bind(CarbonCommand& command, OptionSet& options);

/// Throws Error(usage) naming option, value and what is allowed.
void validate(const CarbonCommand& command);

}  // namespace coppice

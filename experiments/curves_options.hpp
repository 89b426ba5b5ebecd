// Options of `coppice curves`.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "experiments/command.hpp"

namespace coppice {

struct CurvesCommand {
  static constexpr const char* kName = "curves";
  CommonOptions common;
  std::vector<std::filesystem::path> runs;
  std::vector<std::string> labels;  ///< one a run; empty: the names of the folders
  std::vector<std::string> targets{"85", "88", "90"};  ///< accuracies in percent
  std::filesystem::path out;                           ///< the picture; empty: none
};

void bind(CurvesCommand& command, OptionSet& options);

/// Throws Error(usage) naming option, value and what is allowed.
void validate(const CurvesCommand& command);

/// The targets as numbers. Throws Error(usage) naming the one that is none.
[[nodiscard]] std::vector<double> target_accuracies(const CurvesCommand& command);

}  // namespace coppice

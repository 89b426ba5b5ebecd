// What `coppice run` is going to do: the steps of an experiment with all their options.
#pragma once

#include <string>
#include <vector>

#include "experiments/run_options.hpp"

namespace coppice {

struct RunStep {
  std::string name;     ///< unique: "train", "fit accuracy"
  std::string command;  ///< "fit"
  Words arguments;      ///< of the child process, complete but for --json, --quiet, --resume
  std::string hash;     ///< of its options and of those of all steps before it
};

struct RunPlan {
  std::vector<RunStep> steps;
  /// The options in effect of each command, for record_options: {"train", "space = small\n..."}.
  std::vector<std::pair<std::string, std::string>> sections;
};

/// The networks that search found and export writes, one a line.
[[nodiscard]] std::filesystem::path best_architectures(const std::filesystem::path& run);

/// Reads the experiment's file and checks all options of all steps, so that no mistake shows up
/// after hours. Throws Error when it, or a file that a later step reads, cannot be read,
/// Error(usage) naming section, key and value.
[[nodiscard]] RunPlan plan_run(const RunCommand& command);

}  // namespace coppice

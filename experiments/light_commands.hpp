// The commands that need no tensors; each is a file of commands/.
#pragma once

#include "experiments/describe_options.hpp"
#include "experiments/program.hpp"
#include "experiments/run_options.hpp"

namespace coppice {

// Each prints its result on stdout and throws Error when it fails.
void describe(const DescribeCommand& command);
/// Returns the exit code of the step that failed, or 0.
[[nodiscard]] int run_experiment(const RunCommand& command);

/// All of them.
[[nodiscard]] Runners light_runners();

}  // namespace coppice

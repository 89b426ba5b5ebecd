// One step of an experiment: this program again, as a child process.
#pragma once

#include <string>

#include "experiments/options.hpp"

namespace coppice {

struct ChildResult {
  int exit_code = 0;   ///< meaningless when it was ended by a signal
  int signal = 0;      ///< that ended it; 0: none
  std::string output;  ///< all of its stdout
};

/// Runs this program with `arguments` and waits. Its stderr is ours. An interruption of this
/// process is passed on, once, as SIGTERM, and the child is waited for; it does not outlive us.
/// Throws Error when it cannot be started.
[[nodiscard]] ChildResult run_child(const Words& arguments);

}  // namespace coppice

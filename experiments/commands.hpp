// The table of all commands, with their help; it knows nothing of what they do.
#pragma once

#include <string>
#include <vector>

#include "experiments/command.hpp"

namespace coppice {

/// In the order of the documentation.
[[nodiscard]] const std::vector<Command>& commands();

[[nodiscard]] std::vector<std::string> command_names();

/// Throws Error(usage) naming the nearest known one.
[[nodiscard]] const Command& find_command(const std::string& name);

/// What `coppice --help` and `coppice <command> --help` print.
[[nodiscard]] std::string program_help();
[[nodiscard]] std::string command_help(const Command& command);

}  // namespace coppice

// What both bodies of the program share: help, finding the command, one line for an error, the
// exit code.
#pragma once

#include <map>
#include <string>

#include "experiments/command.hpp"

namespace coppice {

/// By command name.
using Runners = std::map<std::string, Runner>;

/// Runs `arguments` (without the program's name). `other` is called, with the command found and
/// its arguments checked, when `runners` has no such command. Catches everything; returns the
/// exit code.
[[nodiscard]] int run_program(const Words& arguments,
                              const Runners& runners,
                              const std::function<int(const Command&)>& other) noexcept;

/// `name` in the folder of the running program.
[[nodiscard]] std::filesystem::path program_beside(const std::string& name);

}  // namespace coppice

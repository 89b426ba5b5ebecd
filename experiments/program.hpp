// What both bodies of the program share: help, finding the command, one line for an error, the
// exit code.
#pragma once

#include <map>
#include <string>

#include "experiments/command.hpp"

namespace coppice {

/// By command name.
using Runners = std::map<std::string, Runner>;

/// What to do with a command that this body does not run; returns an exit code.
using OtherBody = int (*)(const Command& command, char** argv);

/// A body of the program: which one it is, and the commands it runs.
struct ProgramBody {
  Body body = Body::light;
  Runners (*runners)() = nullptr;
  OtherBody other = nullptr;
};

/// Runs the command that `argv` names. `other` is called, with the command found and its arguments
/// checked, when it belongs to the other body. Catches everything; returns the exit code.
[[nodiscard]] int run_program(int argc, char** argv, const ProgramBody& own) noexcept;

/// `name` in the folder of the running program.
[[nodiscard]] std::filesystem::path program_beside(const std::string& name);

}  // namespace coppice

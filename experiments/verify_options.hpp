// Options of `coppice verify`.
#pragma once

#include <filesystem>

#include "experiments/command.hpp"

namespace coppice {

struct VerifyCommand {
  static constexpr const char* kName = "verify";
  CommonOptions common;
  std::filesystem::path dir;  ///< what export wrote
};

void bind(VerifyCommand& command, OptionSet& options);
void validate(const VerifyCommand& command);

}  // namespace coppice

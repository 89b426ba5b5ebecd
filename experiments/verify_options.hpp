// Options of `coppice verify`.
#pragma once

#include <filesystem>

#include "experiments/command.hpp"

namespace coppice {

struct VerifyCommand {
  static constexpr const char* kName = "verify";
  CommonOptions common;
  std::filesystem::path dir;          ///< what export wrote
  std::filesystem::path data;         ///< whose test images are counted; empty: none
  std::filesystem::path onnxruntime;  ///< see bind_onnxruntime
};

void bind(VerifyCommand& command, OptionSet& options);
void validate(const VerifyCommand& command);

}  // namespace coppice

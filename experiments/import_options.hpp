// Options of `coppice import`.
#pragma once

#include <filesystem>
#include <string>

#include "experiments/command.hpp"
#include "experiments/space_options.hpp"

namespace coppice {

struct ImportCommand {
  static constexpr const char* kName = "import";
  CommonOptions common;
  SpaceOptions space;  ///< that the imported file belongs to; no name: ofa-mobilenetv3
  std::string from;    ///< one of import_kinds()
  std::filesystem::path file;
  std::filesystem::path out;
};

/// Files of the Once-For-All reference implementation.
/// ofa-checkpoint: a supernet (.pth). ofa-accuracy-predictor: its network (.pth).
/// ofa-latency-table: a folder of <resolution>_lookup_table.yaml. ofa-net-config: one network.
[[nodiscard]] const std::vector<std::string>& import_kinds();

void bind(ImportCommand& command, OptionSet& options);

/// Throws Error(usage) naming option, value and what is allowed.
void validate(const ImportCommand& command);

}  // namespace coppice

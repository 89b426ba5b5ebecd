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
  SpaceOptions space;  ///< that the imported file belongs to; ofa-mobilenetv3 unless told
  std::string from;    ///< one of import_kinds()
  std::filesystem::path file;
  std::filesystem::path out;
};

/// ofa-checkpoint: a supernet of the Once-For-All reference implementation.
[[nodiscard]] const std::vector<std::string>& import_kinds();

void bind(ImportCommand& command, OptionSet& options);

/// Throws Error(usage) naming option, value and what is allowed.
void validate(const ImportCommand& command);

}  // namespace coppice

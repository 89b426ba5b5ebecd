// Options of `coppice describe`.
#pragma once

#include <filesystem>

#include "experiments/command.hpp"
#include "experiments/space_options.hpp"

namespace coppice {

struct DescribeCommand {
  static constexpr const char* kName = "describe";
  CommonOptions common;
  SpaceOptions space;
  std::filesystem::path arch;  ///< empty: none
};

void bind(DescribeCommand& command, OptionSet& options);
void validate(const DescribeCommand& command);

}  // namespace coppice

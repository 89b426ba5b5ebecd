// Options of `coppice report`.
#pragma once

#include <filesystem>

#include "experiments/command.hpp"

namespace coppice {

struct ReportCommand {
  static constexpr const char* kName = "report";
  CommonOptions common;
  std::filesystem::path run;
  std::filesystem::path out;        ///< the page; empty: RUN/report.html
  std::filesystem::path per_model;  ///< searches carried out for each model; empty: none
};

void bind(ReportCommand& command, OptionSet& options);

/// Every value that parses is allowed.
void validate(const ReportCommand& command);

}  // namespace coppice

// Sets of limits, one a line: several searches in one call.
#pragma once

#include <filesystem>
#include <vector>

#include "search/objective.hpp"

namespace coppice {

/// Limits of a line are separated by commas or spaces: "latency_ms<=20, params<=4e6". Empty lines
/// and lines that start with # are passed over. Throws Error when the file cannot be read,
/// Error(usage) naming path and line when a limit is wrong or there is no line.
[[nodiscard]] std::vector<std::vector<Limit>> read_scenarios(const std::filesystem::path& path);

}  // namespace coppice

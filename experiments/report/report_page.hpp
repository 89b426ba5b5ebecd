// The page of a run: what it found, what that costs, where every number comes from.
#pragma once

#include <string>

#include "experiments/report/run_summary.hpp"

namespace coppice {

/// A whole HTML page that needs nothing but itself. All text from files is escaped.
[[nodiscard]] std::string report_page(const RunSummary& run);

}  // namespace coppice

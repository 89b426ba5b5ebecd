// What the script of a report must know beside the charts: the networks that can be picked.
#pragma once

#include <string>

#include "experiments/report/run_summary.hpp"

namespace coppice {

/// JSON for a <script> element: `networks`, by their line, each with its facts and blocks, and
/// `front`, the lines in the order of the front.
[[nodiscard]] std::string page_data(const RunSummary& run);

}  // namespace coppice

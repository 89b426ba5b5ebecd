// The pictures of a report.
#pragma once

#include <optional>

#include "experiments/report/run_summary.hpp"
#include "experiments/report/svg_plot.hpp"

namespace coppice {

/// Predicted front, measured subnets and chosen networks, over the first two objectives of the
/// search; without a search of two objectives the measured accuracy over latency. None when the run
/// has neither.
[[nodiscard]] std::optional<Plot> front_plot(const RunSummary& run);

/// Held-out accuracy over the training, phase by phase. REQUIRES a history.
[[nodiscard]] Plot training_plot(const TrainingRecord& training);

/// Hypervolume over evaluations, one line a search.
[[nodiscard]] Plot hypervolume_plot(const std::vector<SearchRecord>& searches);

}  // namespace coppice

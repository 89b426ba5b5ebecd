// The sections of a report behind its answer. Each is empty where the run has nothing to tell;
// the page names what is missing.
#pragma once

#include "experiments/report/html_page.hpp"
#include "experiments/report/run_summary.hpp"

namespace coppice {

/// Each chosen network: architecture, size, files.
[[nodiscard]] Html networks_section(const RunSummary& run);
/// How good the predictors are on networks that they have not seen.
[[nodiscard]] Html predictors_section(const RunSummary& run);
[[nodiscard]] Html search_section(const RunSummary& run);
/// Held-out accuracy by phase.
[[nodiscard]] Html training_section(const RunSummary& run);
/// Energy and carbon by step.
[[nodiscard]] Html energy_section(const RunSummary& run);
/// Train once against one search for each model.
[[nodiscard]] Html comparison_section(const RunSummary& run);
/// Grid, devices, data, seeds, options.
[[nodiscard]] Html provenance_section(const RunSummary& run);

}  // namespace coppice

// The pictures of a report.
#pragma once

#include <optional>

#include "experiments/report/plot.hpp"
#include "experiments/report/run_summary.hpp"

namespace coppice {

/// Predicted front, measured subnets and chosen networks, over the first two objectives of the
/// search; without a search of two objectives the measured accuracy over latency. None when the run
/// has neither.
[[nodiscard]] std::optional<Plot> front_plot(const RunSummary& run);

/// Architectures of all fronts in the order of the picture, each once.
[[nodiscard]] std::vector<std::string> front_networks(const RunSummary& run);

/// Predicted against measured values of networks that were held out of the fit, the line where both
/// agree and, unless `interval90` is negative (unknown), those that far above and below it.
/// REQUIRES at least one network.
[[nodiscard]] Plot agreement_plot(const std::string& target,
                                  const std::vector<HeldOutPoint>& networks,
                                  double interval90);

/// Held-out accuracy over the training, phase by phase. REQUIRES a history.
[[nodiscard]] Plot training_plot(const TrainingRecord& training);

/// Held-out accuracy over the energy spent on training.
[[nodiscard]] Plot energy_plot(const TrainingRecord& training);

/// Energy of the published methods over the number of deployment targets, with break-even against
/// the supernet without fine-tuning. As reported: nothing of this run is in it.
[[nodiscard]] Plot published_cost_plot();

/// Energy of this run and of searches that were carried out for each model over the number of
/// deployment targets, with break-even: metered alike, nothing reported in it. None when there are
/// no such searches.
[[nodiscard]] std::optional<Plot> carried_out_cost_plot(const Comparison& comparison);

/// Hypervolume over evaluations, one line a search.
[[nodiscard]] Plot hypervolume_plot(const std::vector<SearchRecord>& searches);

}  // namespace coppice

// What a point of accuracy costs: in joules of the training, and in joules of every inference.
#pragma once

#include <vector>

#include "experiments/report/html_page.hpp"
#include "experiments/report/run_summary.hpp"

namespace coppice {

/// Of the full network: what each point cost, and what stopping earlier would have saved. Nothing
/// for fewer than two evaluations with their energy. REQUIRES run.training.
[[nodiscard]] std::vector<Html> training_price_parts(const RunSummary& run);

/// From each chosen network to a dearer one that the test set tells apart from it. Nothing for
/// fewer than two networks whose cards know accuracy and energy.
[[nodiscard]] std::vector<Html> inference_price_parts(const RunSummary& run);

}  // namespace coppice

// What a search that measures asks about networks: what is measured, and what comes from elsewhere.
#pragma once

#include <vector>

#include "experiments/commands/measured_networks.hpp"
#include "experiments/commands/search_parts.hpp"

namespace coppice {

struct Questions {
  std::vector<MeasuredTarget> targets;  ///< to be measured
  GivenPredictors others;               ///< of what is not
};

/// Measured is what an objective or a limit asks for and --what allows, but for latencies that come
/// from an imported table: that is another machine's, and a warning says so. Predictors that were
/// fitted give way to fits of what is measured; their direction stays. Throws what load_predictors
/// throws.
[[nodiscard]] Questions questions_of(const SearchCommand& command,
                                     const SearchSpace& space,
                                     const Scenarios& scenarios);

/// Throws Error(usage) when a name is not known, or when there is nothing to measure.
void check_questions(const SearchCommand& command,
                     const Scenarios& scenarios,
                     const Questions& questions);

}  // namespace coppice

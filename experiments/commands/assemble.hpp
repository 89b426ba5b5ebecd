// Puts all quantities of a search that measures into one evaluator.
#pragma once

#include <string>
#include <vector>

#include "experiments/commands/measured_networks.hpp"
#include "experiments/commands/search_parts.hpp"

namespace coppice {

/// Targets first, then what `others` predict, then what --profile tells on the latency among them,
/// then costs. `command`, `space` and `others` are borrowed by the result and its evaluators.
[[nodiscard]] Assemble assemble_with(const SearchCommand& command,
                                     const SearchSpace& space,
                                     const GivenPredictors& others,
                                     std::vector<std::string> costs);

}  // namespace coppice

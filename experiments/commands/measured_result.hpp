// What a search that measures found: predicted, measured and the interval side by side.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "experiments/commands/search_result.hpp"

namespace coppice {

/// {"accuracy": {"value", "low", "high"}}: what is predicted for the network, by target.
[[nodiscard]] nlohmann::ordered_json predicted_json(const MeasuredPart& measured,
                                                    const Candidate& candidate);

/// [{"networks", "bias": {"accuracy": ...}}]
[[nodiscard]] nlohmann::ordered_json rounds_json(const std::vector<SearchRound>& rounds);

/// One line a network: for one objective the best and the finalists, best predicted first; for
/// several the front. Below them how far predictions were off, round by round, and the best.
[[nodiscard]] std::string measured_table(const SearchSpace& space,
                                         const SearchResult& result,
                                         const FoundNetworks& found);

/// A value as people read it: counts in full, as in JSON.
[[nodiscard]] std::string value_text(const std::string& name, double value);

}  // namespace coppice

// What `coppice search` found, as JSON and for people.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "predictors/estimate.hpp"
#include "predictors/predictor.hpp"
#include "search/objective.hpp"
#include "search/progress.hpp"
#include "supernet/base/units.hpp"
#include "supernet/space/search_space.hpp"

namespace coppice {

/// Networks that were measured together, after one fit.
struct SearchRound {
  std::int64_t networks = 0;
  /// By target, mean of predicted - measured: what the search overrates, in the target's unit.
  std::vector<std::pair<std::string, double>> bias;
};

/// What a search that measures knows beside its candidates' values, which are the measured ones
/// where there are any.
struct MeasuredPart {
  std::vector<std::string> targets;  ///< those that were measured
  std::vector<Candidate> finalists;  ///< best predicted first
  std::vector<SearchRound> rounds;   ///< in order; the last is that of the finalists
  /// Of finalists and front: by target what fits to other networks predict, with their 90 %
  /// interval.
  std::unordered_map<Architecture, std::map<std::string, Estimate>, ArchitectureHash> predicted;
};

/// Of one set of limits.
struct FoundNetworks {
  std::vector<Limit> limits;
  SearchSummary summary;
  std::string unreachable{};  ///< why there is no best network; empty: there is one
  std::optional<MeasuredPart> measured{};
};

struct SearchResult {
  std::vector<std::string> objectives;
  std::vector<std::string> names;  ///< of the values of each candidate
  std::vector<FoundNetworks> found;
  std::vector<int> resolutions;  ///< that the search covered, in pixels
  Seconds duration;
  /// Of a search that measured: "energy_j" and so on, which JSON shows under `run`.
  std::vector<std::pair<std::string, double>> spent{};
  std::vector<PredictorInfo> predicted_by{};  ///< what answered, in the order given
};

/// `several`: `best` is a list, and `scenarios` tells of each.
[[nodiscard]] std::string as_json(const SearchSpace& space,
                                  const SearchResult& result,
                                  bool several);
[[nodiscard]] std::string as_table(const SearchSpace& space, const SearchResult& result);

}  // namespace coppice

// What `coppice search` found, as JSON and for people.
#pragma once

#include <string>
#include <vector>

#include "predictors/predictor.hpp"
#include "search/objective.hpp"
#include "search/progress.hpp"
#include "supernet/base/units.hpp"
#include "supernet/space/search_space.hpp"

namespace coppice {

/// Of one set of limits.
struct FoundNetworks {
  std::vector<Limit> limits;
  SearchSummary summary;  ///< with a best network
};

struct SearchResult {
  std::vector<std::string> objectives;
  std::vector<std::string> names;  ///< of the values of each candidate
  std::vector<FoundNetworks> found;
  std::vector<int> resolutions;  ///< that the search covered, in pixels
  Seconds duration;
  std::vector<PredictorInfo> measured{};  ///< of predictors that know their conditions
};

/// `several`: `best` is a list, and `scenarios` tells of each.
[[nodiscard]] std::string as_json(const SearchSpace& space,
                                  const SearchResult& result,
                                  bool several);
[[nodiscard]] std::string as_table(const SearchSpace& space, const SearchResult& result);

}  // namespace coppice

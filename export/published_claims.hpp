// What is said about the energy of architecture search, recomputed: where each claim comes from,
// under which conditions it holds, and where it is wrong.
#pragma once

#include <string>
#include <vector>

namespace coppice {

struct CheckedClaim {
  std::string claim;    ///< as it is told
  std::string finding;  ///< what the sources' own numbers give
};

/// The ratio of 1,300 (MIT News, 2020-04-23; Cai et al. 2020), what it becomes with one scenario,
/// with fine-tuning and against other methods, and the 650,000 kWh that a popular article ascribes
/// to one training (Strubell et al. 2019, table 3). All from the tables in nas_methods.hpp.
[[nodiscard]] std::vector<CheckedClaim> published_claims();

}  // namespace coppice

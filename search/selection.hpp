// Who survives a generation.
#pragma once

#include <cstddef>
#include <vector>

#include "search/candidate.hpp"
#include "search/scoring.hpp"
#include "supernet/space/search_space.hpp"

namespace coppice {

/// Groups of networks that agree in all depths and in the resolution. Searches with one objective
/// have no crowding to keep them apart, so each group gets only a share of the population.
class Niches {
 public:
  Niches(const SearchSpace& space, double share);

  /// The genes that two networks of one niche share.
  [[nodiscard]] std::vector<std::uint8_t> niche_of(const Architecture& architecture) const;

  /// Most members of one niche in a population of `count`; at least 1.
  [[nodiscard]] std::size_t most(std::size_t count) const;

 private:
  std::vector<std::size_t> genes_;
  double share_;
};

/// The best `count` of the candidates, best first, so that a rank is a position. Several
/// objectives: by front, within a front by crowding distance (Deb et al. 2002). One: by value,
/// those that overfill their niche after all others.
[[nodiscard]] std::vector<Candidate> select_best(std::vector<Candidate> candidates,
                                                 std::size_t count,
                                                 const Scoring& scoring,
                                                 const Niches& niches);

}  // namespace coppice

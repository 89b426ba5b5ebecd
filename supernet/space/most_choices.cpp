#include "supernet/space/most_choices.hpp"

#include <algorithm>

namespace coppice {

std::size_t most_choices(const SearchSpace& space, GeneKind kind) {
  std::size_t most = 1;
  for (const Gene& gene : space.genes()) {
    if (gene.kind == kind) most = std::max(most, gene.choices.size());
  }
  return most;
}

}  // namespace coppice

#include "search/enumeration.hpp"

namespace coppice {
namespace {

constexpr double kMostCombinations = 1e7;

/// Steps to the next combination of places in the allowed lists; false after the last one.
bool advance(std::vector<std::size_t>& places, const Choices& choices) {
  for (std::size_t gene = places.size(); gene-- > 0;) {
    if (++places[gene] < choices.allowed[gene].size()) return true;
    places[gene] = 0;
  }
  return false;
}

}  // namespace

std::vector<Architecture> next_unseen(const SearchSpace& space,
                                      const Choices& choices,
                                      std::size_t count,
                                      SeenSet& seen) {
  double combinations = 1;
  for (const auto& allowed : choices.allowed) combinations *= static_cast<double>(allowed.size());
  std::vector<Architecture> found;
  if (combinations > kMostCombinations) return found;
  std::vector<std::size_t> places(choices.allowed.size(), 0);
  do {
    Architecture architecture;
    for (std::size_t gene = 0; gene < places.size(); ++gene) {
      architecture.genes.push_back(choices.allowed[gene][places[gene]]);
    }
    space.canonicalize(architecture);
    if (seen.insert(fingerprint(architecture))) found.push_back(architecture);
  } while (found.size() < count && advance(places, choices));
  return found;
}

}  // namespace coppice

// Which choices of each gene a search may use.
#pragma once

#include <cstdint>
#include <vector>

#include "predictors/predictor.hpp"
#include "supernet/space/search_space.hpp"

namespace coppice {

/// Per gene of a space the allowed indices, ascending and never empty. Genes of absent blocks
/// stand at 0, as everywhere, whether 0 is allowed or not.
struct Choices {
  std::vector<std::vector<std::uint8_t>> allowed;
};

/// Everything the space offers.
[[nodiscard]] Choices all_choices(const SearchSpace& space);

/// Everything, at the resolutions that every predictor covers. Throws Error(usage) naming the
/// predictors and their resolutions when none is left.
[[nodiscard]] Choices allowed_choices(const SearchSpace& space,
                                      const std::vector<PredictorInfo>& infos);

/// The allowed resolutions in pixels, ascending.
[[nodiscard]] std::vector<int> allowed_resolutions(const SearchSpace& space,
                                                   const Choices& choices);

/// Whether the architecture belongs to the space and uses allowed choices only.
[[nodiscard]] bool allows(const SearchSpace& space,
                          const Choices& choices,
                          const Architecture& architecture);

/// The smallest and the largest allowed choice of every gene.
[[nodiscard]] Architecture smallest_allowed(const SearchSpace& space, const Choices& choices);
[[nodiscard]] Architecture largest_allowed(const SearchSpace& space, const Choices& choices);

}  // namespace coppice

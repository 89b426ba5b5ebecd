// How wide a table over the choices of a kind of gene must be.
#pragma once

#include <cstddef>

#include "supernet/space/search_space.hpp"

namespace coppice {

/// Largest number of choices among the genes of a kind; 1 where there is none.
[[nodiscard]] std::size_t most_choices(const SearchSpace& space, GeneKind kind);

}  // namespace coppice

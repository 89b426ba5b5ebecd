// Counting through a space that is nearly used up, where drawing at random finds nothing new.
#pragma once

#include <vector>

#include "search/choices.hpp"
#include "search/seen_set.hpp"
#include "supernet/space/search_space.hpp"

namespace coppice {

/// The first `count` allowed networks that `seen` does not hold, in the order of their genes, and
/// adds them to it. Fewer when no more are left; none where the choices make over ten million
/// combinations, far more than any search uses up.
[[nodiscard]] std::vector<Architecture> next_unseen(const SearchSpace& space,
                                                    const Choices& choices,
                                                    std::size_t count,
                                                    SeenSet& seen);

}  // namespace coppice

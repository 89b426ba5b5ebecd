// Where a block's choices stand among an architecture's genes. Internal to this folder's sources.
#pragma once

#include <vector>

#include "supernet/space/search_space.hpp"

namespace coppice {

struct SlotGenes {
  std::size_t depth = 0;         ///< gene of its stage's depth
  std::uint8_t first_depth = 0;  ///< smallest choice of that gene with which the block stands
  bool has_kernel = false;
  std::size_t kernel = 0;  ///< gene, if it has one
  std::size_t expand = 0;  ///< gene

  [[nodiscard]] bool active(const Architecture& a) const { return a.genes[depth] >= first_depth; }
  [[nodiscard]] std::size_t kernel_choice(const Architecture& a) const {
    return has_kernel ? a.genes[kernel] : 0;
  }
  [[nodiscard]] std::size_t expand_choice(const Architecture& a) const { return a.genes[expand]; }
};

/// One a slot, in their order.
[[nodiscard]] std::vector<SlotGenes> slot_genes(const SearchSpace& space);

}  // namespace coppice

#include "predictors/slot_genes.hpp"

#include <algorithm>

namespace coppice {

std::vector<SlotGenes> slot_genes(const SearchSpace& space) {
  std::vector<SlotGenes> result;
  for (const BlockSlot& slot : space.slots()) {
    const StageSpec& stage = space.spec().stages[static_cast<std::size_t>(slot.stage)];
    SlotGenes genes;
    genes.depth = static_cast<std::size_t>(space.depth_gene(slot.stage));
    // Depths ascend: the block stands from one choice on.
    while (stage.base_depth + stage.depths[genes.first_depth] <= slot.position) ++genes.first_depth;
    genes.has_kernel = slot.kernel_gene >= 0;
    if (genes.has_kernel) genes.kernel = static_cast<std::size_t>(slot.kernel_gene);
    genes.expand = static_cast<std::size_t>(slot.expand_gene);
    result.push_back(genes);
  }
  return result;
}

}  // namespace coppice

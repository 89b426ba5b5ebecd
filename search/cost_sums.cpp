#include "search/cost_sums.hpp"

#include <algorithm>

#include "search/additive.hpp"
#include "supernet/space/most_choices.hpp"

namespace coppice {
namespace {

using Read = double (*)(const PieceCost&);

Read reader_of(const std::string& cost) {
  if (cost == "macs") return [](const PieceCost& piece) { return piece.macs(); };
  if (cost == "params") return [](const PieceCost& piece) { return piece.params; };
  return nullptr;
}

/// Genes of a slot with fewer choices repeat the last one, which is never asked for.
void set_gene(const SearchSpace& space, int gene, std::size_t choice, Architecture& architecture) {
  if (gene < 0) return;
  const auto place = static_cast<std::size_t>(gene);
  const std::size_t last = space.genes()[place].choices.size() - 1;
  architecture.genes[place] = static_cast<std::uint8_t>(std::min(choice, last));
}

}  // namespace

std::optional<BlockSums> cost_sums(const SearchSpace& space,
                                   const PieceCosts& pieces,
                                   const std::string& cost) {
  const Read read = reader_of(cost);
  if (read == nullptr || !has_additive_blocks(space)) return std::nullopt;
  BlockSums sums;
  sums.slots = space.slots().size();
  sums.kernels = most_choices(space, GeneKind::kernel);
  sums.expands = most_choices(space, GeneKind::expand);
  Architecture probe = space.largest();
  for (std::size_t r = 0; r < space.spec().resolutions.size(); ++r) {
    set_gene(space, space.resolution_gene(), r, probe);
    sums.rest.push_back(read(pieces.stem(probe)) + read(pieces.head(probe)));
    for (std::size_t slot = 0; slot < sums.slots; ++slot) {
      const BlockSlot& at = space.slots()[slot];
      for (std::size_t kernel = 0; kernel < sums.kernels; ++kernel) {
        set_gene(space, at.kernel_gene, kernel, probe);
        for (std::size_t expand = 0; expand < sums.expands; ++expand) {
          set_gene(space, at.expand_gene, expand, probe);
          sums.blocks.push_back(read(pieces.block(probe, slot)));
        }
      }
    }
  }
  return sums;
}

}  // namespace coppice

#include "predictors/block_table.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "predictors/covered.hpp"
#include "predictors/slot_genes.hpp"
#include "supernet/base/error.hpp"
#include "supernet/space/most_choices.hpp"

namespace coppice {

struct BlockTable::Genes {
  std::vector<SlotGenes> slots;
  std::size_t resolution = 0;
};

BlockTable::BlockTable(SearchSpace space, BlockSums sums, PredictorInfo info)
    : space_(std::move(space)),
      sums_(std::move(sums)),
      info_(std::move(info)),
      genes_(new Genes{slot_genes(space_), static_cast<std::size_t>(space_.resolution_gene())}) {}

BlockTable::~BlockTable() = default;
BlockTable::BlockTable(BlockTable&& other) noexcept = default;
BlockTable& BlockTable::operator=(BlockTable&& other) noexcept = default;

double BlockTable::sum(const Architecture& architecture) const {
  const std::size_t resolution = architecture.genes[genes_->resolution];
  double value = sums_.rest[resolution];
  for (std::size_t slot = 0; slot < genes_->slots.size(); ++slot) {
    const SlotGenes& genes = genes_->slots[slot];
    if (!genes.active(architecture)) continue;
    value += sums_.blocks[sums_.index(
        resolution, slot, genes.kernel_choice(architecture), genes.expand_choice(architecture))];
  }
  return value;
}

std::vector<double> BlockTable::predict(const std::vector<Architecture>& architectures) const {
  std::vector<double> values;
  values.reserve(architectures.size());
  for (const Architecture& architecture : architectures) {
    values.push_back(sum(architecture));
    if (std::isnan(values.back())) {
      throw_not_covered(info_, space_.resolution(architecture));
    }
  }
  return values;
}

BlockTable BlockTable::at_resolutions_of(const SearchSpace& space) const {
  BlockSums sums = empty_block_sums(space);
  const std::size_t row = sums.slots * sums.kernels * sums.expands;
  const std::vector<int>& known = space_.spec().resolutions;
  for (std::size_t r = 0; r < sums.rest.size(); ++r) {
    const auto found = std::find(known.begin(), known.end(), space.spec().resolutions[r]);
    if (found == known.end()) {
      sums.rest[r] = std::numeric_limits<double>::quiet_NaN();
      continue;
    }
    const auto from = static_cast<std::size_t>(found - known.begin());
    sums.rest[r] = sums_.rest[from];
    std::copy_n(&sums_.blocks[from * row], row, &sums.blocks[r * row]);
  }
  return {space, std::move(sums), info_};
}

BlockSums empty_block_sums(const SearchSpace& space) {
  BlockSums sums;
  sums.slots = space.slots().size();
  sums.kernels = most_choices(space, GeneKind::kernel);
  sums.expands = most_choices(space, GeneKind::expand);
  sums.rest.resize(space.spec().resolutions.size());
  sums.blocks.resize(sums.rest.size() * sums.slots * sums.kernels * sums.expands);
  return sums;
}

}  // namespace coppice

// A quantity that adds up over blocks, drawn at random.
#pragma once

#include "predictors/block_table.hpp"
#include "supernet/base/random.hpp"

namespace coppice {

/// Every summand uniform in [0, 1).
inline BlockSums random_sums(const SearchSpace& space, std::uint64_t seed) {
  BlockSums sums = empty_block_sums(space);
  Random random(seed);
  for (double& value : sums.rest) value = random.uniform();
  for (double& value : sums.blocks) value = random.uniform();
  return sums;
}

}  // namespace coppice

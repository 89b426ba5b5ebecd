#include "search/cost_sums.hpp"

#include <gtest/gtest.h>

#include "predictors/block_table.hpp"
#include "search/additive.hpp"

namespace coppice {
namespace {

TEST(CostSums, AddUpToTheCostsOfNetworks) {
  for (const std::string& name : builtin_space_names()) {
    const SearchSpace space = builtin_space(name);
    const PieceCosts pieces(space);
    EXPECT_FALSE(cost_sums(space, pieces, "peak_activation_bytes").has_value());
    for (const std::string cost : {"macs", "params"}) {
      const auto sums = cost_sums(space, pieces, cost);
      ASSERT_EQ(sums.has_value(), has_additive_blocks(space));
      if (!sums) continue;
      const BlockTable table(space, *sums, {cost, false, space.name(), 0, {}});
      Random random(5);
      for (int i = 0; i < 100; ++i) {
        const Architecture sample = space.sample(random);
        const Cost counted = count_cost(plan_layers(space, sample));
        EXPECT_EQ(table.predict({sample})[0],
                  static_cast<double>(cost == "macs" ? counted.macs : counted.params));
      }
    }
  }
}

}  // namespace
}  // namespace coppice

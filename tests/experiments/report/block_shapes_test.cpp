#include "experiments/report/block_shapes.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "supernet/space/cost.hpp"
#include "supernet/space/layer_plan.hpp"
#include "tests/support/fake_evaluator.hpp"

namespace coppice {
namespace {

std::int64_t all_macs(const std::vector<BlockShape>& shapes) {
  return std::accumulate(
      shapes.begin(), shapes.end(), std::int64_t{0}, [](std::int64_t sum, const BlockShape& shape) {
        return sum + shape.macs;
      });
}

TEST(BlockShapes, TogetherTheyAreTheWholeNetwork) {
  const SearchSpace space = tiny_search_space();
  for (const Architecture& architecture : {space.smallest(), space.largest()}) {
    EXPECT_EQ(all_macs(block_shapes(space, architecture)),
              count_cost(plan_layers(space, architecture)).macs);
  }
}

TEST(BlockShapes, AreElasticBlocksBetweenFixedLayers) {
  const SearchSpace space = tiny_search_space();
  const auto shapes = block_shapes(space, space.largest());
  ASSERT_GE(shapes.size(), 3U);
  EXPECT_FALSE(shapes.front().elastic);
  EXPECT_FALSE(shapes.back().elastic);
  EXPECT_EQ(shapes.front().inner, 0);
  bool any = false;
  for (const BlockShape& shape : shapes) {
    EXPECT_FALSE(shape.name.empty());
    if (!shape.elastic) continue;
    any = true;
    EXPECT_GE(shape.kernel, 3);
    EXPECT_GE(shape.inner, shape.kernel);
  }
  EXPECT_TRUE(any);
}

TEST(BlockShapes, TheSmallestNetworkHasFewerAndSmallerOnes) {
  const SearchSpace space = tiny_search_space();
  const auto small = block_shapes(space, space.smallest());
  const auto large = block_shapes(space, space.largest());
  EXPECT_LE(small.size(), large.size());
  EXPECT_LT(all_macs(small), all_macs(large));
}

}  // namespace
}  // namespace coppice

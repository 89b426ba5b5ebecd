#include "predictors/features.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "supernet/space/architecture_text.hpp"

namespace coppice {
namespace {

std::vector<double> encode(const FeatureEncoder& encoder, const Architecture& architecture) {
  std::vector<double> features(encoder.length(), std::nan(""));
  encoder.encode(architecture, features.data());
  return features;
}

double feature(const FeatureEncoder& encoder, const Architecture& a, const std::string& name) {
  const auto& names = encoder.names();
  const auto found = std::find(names.begin(), names.end(), name);
  EXPECT_NE(found, names.end()) << name;
  return encode(encoder, a)[static_cast<std::size_t>(found - names.begin())];
}

TEST(Features, OnceForAllHasThirteenPhysicalAndTwentySevenStageFeatures) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  EXPECT_EQ(FeatureEncoder(space, FeatureSet::physical).length(), 13u);
  EXPECT_EQ(FeatureEncoder(space, FeatureSet::stages).length(), 27u);
  // 20 slots of 3 kernels and 3 expansions, 5 depths of 3, 25 resolutions, the resolution.
  EXPECT_EQ(FeatureEncoder(space, FeatureSet::choices).length(), 120u + 15u + 25u + 1u);
  EXPECT_EQ(FeatureEncoder(space, FeatureSet::hybrid).length(), 27u + 160u);
  const FeatureEncoder grouped(space, FeatureSet::grouped);
  EXPECT_EQ(grouped.group_ends(), (std::vector<std::size_t>{13, 13 + 20, 13 + 20 + 160}));
  EXPECT_EQ(grouped.length(), 13u + 20u + 160u);
}

TEST(Features, GroupsHoldTheNumbersOfTheSetsTheyAreMadeOf) {
  for (const char* name : {"ofa-mobilenetv3", "ofa-resnet50"}) {
    const SearchSpace space = builtin_space(name);
    const FeatureEncoder grouped(space, FeatureSet::grouped);
    Random random(5);
    const Architecture a = space.sample(random);
    for (const FeatureSet set : {FeatureSet::physical, FeatureSet::stages, FeatureSet::choices}) {
      const FeatureEncoder part(space, set);
      for (const std::string& each : part.names()) {
        EXPECT_EQ(feature(grouped, a, each), feature(part, a, each)) << name << " " << each;
      }
    }
  }
}

TEST(Features, EveryFeatureOfEverySpaceIsNamedOnceAndFinite) {
  for (const std::string& name : builtin_space_names()) {
    const SearchSpace space = builtin_space(name);
    for (const FeatureSet set : {FeatureSet::physical,
                                 FeatureSet::stages,
                                 FeatureSet::choices,
                                 FeatureSet::hybrid,
                                 FeatureSet::grouped}) {
      const FeatureEncoder encoder(space, set);
      const std::set<std::string> unique(encoder.names().begin(), encoder.names().end());
      EXPECT_EQ(unique.size(), encoder.length()) << name << " " << to_text(set);
      Random random(1);
      for (int i = 0; i < 20; ++i) {
        for (const double value : encode(encoder, space.sample(random))) {
          ASSERT_TRUE(std::isfinite(value)) << name << " " << to_text(set);
        }
      }
    }
  }
}

TEST(Features, BlocksThatAreNotThereLeaveZeros) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  const FeatureEncoder encoder(space, FeatureSet::choices);
  const Architecture smallest = space.smallest();
  EXPECT_EQ(feature(encoder, smallest, "slot1.kernel=3"), 1);
  EXPECT_EQ(feature(encoder, smallest, "slot1.expand=3"), 1);
  EXPECT_EQ(feature(encoder, smallest, "slot2.kernel=3"), 0);
  EXPECT_EQ(feature(encoder, smallest, "slot2.expand=3"), 0);
  EXPECT_EQ(feature(encoder, smallest, "stage1.depth=2"), 1);
  EXPECT_EQ(feature(encoder, smallest, "resolution=128"), 1);
  EXPECT_EQ(feature(encoder, smallest, "resolution"), 128);
  // Ten blocks with two marks each, five depths, one resolution, and its number.
  const std::vector<double> all = encode(encoder, smallest);
  EXPECT_EQ(std::accumulate(all.begin(), all.end(), 0.0), 10 * 2 + 5 + 1 + 128);
}

TEST(Features, StageFeaturesDescribeTheActiveBlocks) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  const FeatureEncoder encoder(space, FeatureSet::stages);
  Architecture a = space.smallest();
  a.genes[static_cast<std::size_t>(space.slots()[1].kernel_gene)] = 2;
  a.genes[static_cast<std::size_t>(space.slots()[0].expand_gene)] = 1;
  EXPECT_EQ(feature(encoder, a, "stage1.blocks"), 2);
  EXPECT_EQ(feature(encoder, a, "stage1.mean_kernel"), 5);
  EXPECT_EQ(feature(encoder, a, "stage1.mean_expand"), 3.5);
  const auto macs = static_cast<double>(count_cost(plan_layers(space, a)).macs);
  EXPECT_NEAR(feature(encoder, a, "log_macs"), std::log(macs / 1e6), 1e-12);
  EXPECT_NEAR(feature(encoder, a, "macs_depthwise_m") + feature(encoder, a, "macs_pointwise_m") +
                  feature(encoder, a, "macs_other_m"),
              macs / 1e6,
              1e-9);
}

TEST(Features, AResNetsWidthsAndStemAreSeen) {
  const SearchSpace space = builtin_space("ofa-resnet50");
  const Architecture largest = space.largest();
  EXPECT_EQ(feature(FeatureEncoder(space, FeatureSet::stages), largest, "width5"), 2);
  const FeatureEncoder choices(space, FeatureSet::choices);
  EXPECT_EQ(feature(choices, largest, "stem.depth=2"), 1);
  EXPECT_EQ(feature(choices, space.smallest(), "stem.depth=0"), 1);
  EXPECT_EQ(feature(choices, largest, "width5=2"), 1);
}

TEST(Features, AResolutionWithoutAMarkLeavesZeros) {
  const SearchSpace space = builtin_space("small");
  const auto costs = std::make_shared<const PieceCosts>(space);
  const FeatureEncoder encoder(space, FeatureSet::choices, costs, {1});
  EXPECT_EQ(feature(encoder, space.largest(), "resolution=1"), 0);
  EXPECT_EQ(feature(encoder, space.largest(), "resolution"), space.resolution(space.largest()));
}

}  // namespace
}  // namespace coppice

#include "supernet/space/search_space.hpp"

#include <gtest/gtest.h>

#include <set>

#include "supernet/base/error.hpp"
#include "tests/support/tiny_space.hpp"

namespace coppice {
namespace {

TEST(SearchSpace, CountsAreThePublishedOnes) {
  EXPECT_EQ(builtin_space("ofa-mobilenetv3").count(), "21758655492572485851");
  EXPECT_EQ(builtin_space("ofa-resnet50").count(), "2458914796962");
  // 7371^5 x 9: the sixth stage is one block.
  EXPECT_EQ(builtin_space("ofa-proxyless").count(), "195827899433152372659");
  EXPECT_EQ(builtin_space("small").count(), "549353259");
}

TEST(SearchSpace, CountOfATinySpaceEqualsEnumeration) {
  const SearchSpace space = tiny_space();
  // Stage 1: (3 x 3) + (3 x 3)^2, stage 2: (2 x 3) + (2 x 3)^2.
  EXPECT_EQ(space.count(), std::to_string((9 + 81) * (6 + 36)));
  std::set<Architecture> seen;
  Random random(1);
  for (int i = 0; i < 1'000'000 && seen.size() < 2 * 90 * 42; ++i) {
    seen.insert(space.sample(random));
  }
  EXPECT_EQ(seen.size(), 2U * 90U * 42U);  // at both resolutions
}

TEST(SearchSpace, GenesOfAbsentBlocksDoNotCount) {
  const SearchSpace space = tiny_space();
  Architecture a = space.smallest();
  Architecture b = a;
  b.genes[static_cast<std::size_t>(space.slots()[1].kernel_gene)] = 2;  // stage 1 has one block
  EXPECT_FALSE(space.contains(b));
  space.canonicalize(b);
  EXPECT_EQ(a, b);
  EXPECT_EQ(ArchitectureHash()(a), ArchitectureHash()(b));
}

TEST(SearchSpace, SamplesAreMembersAndReachEveryChoice) {
  const SearchSpace space = builtin_space("ofa-resnet50");
  Random random(2);
  std::vector<std::set<int>> seen(space.genes().size());
  for (int i = 0; i < 2000; ++i) {
    const Architecture a = space.sample(random);
    ASSERT_TRUE(space.contains(a));
    for (std::size_t g = 0; g < seen.size(); ++g) seen[g].insert(a.genes[g]);
  }
  for (std::size_t g = 0; g < seen.size(); ++g) {
    EXPECT_EQ(seen[g].size(), space.genes()[g].choices.size()) << "gene " << g;
  }
}

TEST(SearchSpace, TheMobileNetGenotypeHas46Genes) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  EXPECT_EQ(space.genes().size(), 46U);
  EXPECT_EQ(space.slots().size(), 20U);
  EXPECT_EQ(space.resolution(space.largest()), 224);
  EXPECT_EQ(space.resolution(space.smallest()), 128);
}

TEST(SearchSpace, AResolutionThatIsNoChoiceIsRefused) {
  const SearchSpace space = tiny_space();
  try {
    static_cast<void>(space.with_resolution(space.smallest(), 224));
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "resolution 224 is not a choice of the space tiny; it offers 12 to 16");
  }
}

}  // namespace
}  // namespace coppice

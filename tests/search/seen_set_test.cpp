#include "search/seen_set.hpp"

#include <gtest/gtest.h>

#include <set>

#include "supernet/base/random.hpp"

namespace coppice {
namespace {

TEST(SeenSet, BehavesLikeASet) {
  SeenSet seen;
  std::set<std::uint64_t> reference;
  Random random(1);
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t value = 1 + random.below(8000);
    ASSERT_EQ(seen.contains(value), reference.count(value) == 1);
    ASSERT_EQ(seen.insert(value), reference.insert(value).second);
  }
  EXPECT_EQ(seen.size(), reference.size());
  EXPECT_EQ(seen.sorted(), std::vector<std::uint64_t>(reference.begin(), reference.end()));
}

TEST(SeenSet, FingerprintsOfNeighboursDiffer) {
  std::set<std::uint64_t> prints;
  Architecture architecture{std::vector<std::uint8_t>(46, 0)};
  prints.insert(fingerprint(architecture));
  for (std::size_t gene = 0; gene < 46; ++gene) {
    for (std::uint8_t value = 1; value < 25; ++value) {
      architecture.genes[gene] = value;
      prints.insert(fingerprint(architecture));
    }
    architecture.genes[gene] = 0;
  }
  EXPECT_EQ(prints.size(), 1U + 46U * 24U);
  EXPECT_EQ(prints.count(0), 0U);
}

}  // namespace
}  // namespace coppice

#include "supernet/base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace coppice {
namespace {

TEST(Random, GivesThePublishedSplitMix64Sequence) {
  Random random(1234567);
  EXPECT_EQ(random.next(), 6457827717110365317ULL);
  EXPECT_EQ(random.next(), 3203168211198807973ULL);
  EXPECT_EQ(random.next(), 9817491932198370423ULL);
}

TEST(Random, UniformStaysBelowOneAndIsCentred) {
  Random random(1);
  double sum = 0;
  for (int i = 0; i < 100000; ++i) {
    const double value = random.uniform();
    ASSERT_GE(value, 0.0);
    ASSERT_LT(value, 1.0);
    sum += value;
  }
  EXPECT_NEAR(sum / 100000, 0.5, 0.005);
}

TEST(Random, BelowReachesEveryValueEquallyOften) {
  Random random(2);
  std::vector<int> counts(7);
  for (int i = 0; i < 70000; ++i) ++counts.at(random.below(7));
  for (const int count : counts) EXPECT_NEAR(count, 10000, 500);
  EXPECT_EQ(random.below(1), 0U);
}

TEST(Random, NormalHasMeanZeroAndDeviationOne) {
  Random random(3);
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < 100000; ++i) {
    const double value = random.normal();
    ASSERT_TRUE(std::isfinite(value));
    sum += value;
    squares += value * value;
  }
  EXPECT_NEAR(sum / 100000, 0.0, 0.02);
  EXPECT_NEAR(squares / 100000, 1.0, 0.02);
}

TEST(Random, ForkDoesNotAdvanceItsParent) {
  Random random(4);
  const Random untouched = random;
  (void)random.fork("train");
  (void)random.fork(3);
  EXPECT_EQ(random.state(), untouched.state());
}

TEST(Random, ForksDifferByNameIndexAndSeed) {
  const Random random(5);
  std::vector<std::uint64_t> first = {random.fork("a").next(),
                                      random.fork("b").next(),
                                      random.fork(0).next(),
                                      random.fork(1).next(),
                                      Random(6).fork("a").next(),
                                      Random(5).next()};
  std::sort(first.begin(), first.end());
  EXPECT_EQ(std::unique(first.begin(), first.end()), first.end());
}

TEST(Random, EqualForksAreEqual) {
  EXPECT_EQ(Random(5).fork("a").next(), Random(5).fork("a").next());
  EXPECT_EQ(Random(5).fork(9).next(), Random(5).fork(9).next());
}

TEST(Random, StateRestoresAStream) {
  Random random(7);
  for (int i = 0; i < 10; ++i) (void)random.normal();
  Random restored(random.state());
  for (int i = 0; i < 10; ++i) EXPECT_EQ(random.normal(), restored.normal());
}

TEST(Random, ShuffleKeepsEveryValueAndMovesSome) {
  std::vector<int> values(100);
  std::iota(values.begin(), values.end(), 0);
  std::vector<int> shuffled = values;
  Random random(8);
  random.shuffle(shuffled);
  EXPECT_NE(shuffled, values);
  EXPECT_TRUE(std::is_permutation(shuffled.begin(), shuffled.end(), values.begin()));
}

TEST(Random, ShufflePutsEachValueEverywhere) {
  std::vector<int> first_places(4);
  Random random(9);
  for (int i = 0; i < 40000; ++i) {
    std::vector<int> values = {0, 1, 2, 3};
    random.shuffle(values);
    ++first_places.at(static_cast<std::size_t>(values[0]));
  }
  for (const int count : first_places) EXPECT_NEAR(count, 10000, 500);
}

}  // namespace
}  // namespace coppice

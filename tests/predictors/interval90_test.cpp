#include "predictors/interval90.hpp"

#include <gtest/gtest.h>

namespace coppice {
namespace {

TEST(Interval90, LatenciesAndCostsAreNeverBelowZero) {
  for (const char* target : {"latency_ms", "energy_mj", "energy_j", "co2e_g", "macs", "params"}) {
    EXPECT_EQ(interval90_around(target, 3, 5).low, 0) << target;
    EXPECT_EQ(interval90_around(target, 3, 5).high, 8) << target;
  }
  EXPECT_EQ(interval90_around("peak_activation_bytes", 3, 1).low, 2);
}

TEST(Interval90, PercentagesStayBetweenZeroAndAHundred) {
  EXPECT_EQ(interval90_around("accuracy", 98, 5).high, 100);
  EXPECT_EQ(interval90_around("accuracy_top5", 2, 5).low, 0);
}

TEST(Interval90, OtherTargetsMayBeNegative) {
  EXPECT_EQ(interval90_around("margin", 1, 3).low, -2);
  EXPECT_EQ(interval90_around("margin", 1, 3).high, 4);
}

TEST(Interval90, AValueOutOfRangeStaysInItsInterval) {
  EXPECT_EQ(interval90_around("latency_ms", -1, 3).low, -1);
}

}  // namespace
}  // namespace coppice

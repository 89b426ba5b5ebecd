#include "export/target_cost.hpp"

#include <gtest/gtest.h>

namespace coppice {
namespace {

const std::vector<SpentForAccuracy> kCurve{{100, 50}, {200, 80}, {300, 90}, {400, 89}, {500, 91}};

TEST(TargetCost, APointIsPricedAgainstTheBestBefore) {
  const auto prices = point_prices(kCurve);
  ASSERT_EQ(prices.size(), 5U);
  EXPECT_DOUBLE_EQ(*prices[0].joules_per_point, 2);
  EXPECT_DOUBLE_EQ(*prices[1].joules_per_point, 100.0 / 30);
  EXPECT_DOUBLE_EQ(*prices[2].joules_per_point, 10);
  EXPECT_FALSE(prices[3].joules_per_point);
  EXPECT_DOUBLE_EQ(*prices[4].joules_per_point, 200);
}

TEST(TargetCost, TheKneeIsWhereMoreEnergyStopsPaying) {
  // Scaled: (0, 0), (0.25, 0.732), (0.5, 0.976), (0.75, 0.976), (1, 1).
  EXPECT_DOUBLE_EQ(knee_of(kCurve)->energy_j, 200);
  EXPECT_FALSE(knee_of({{1, 50}, {2, 60}}));
  EXPECT_FALSE(knee_of({{1, 50}, {2, 50}, {3, 50}}));
}

TEST(TargetCost, StoppingEarlySavesWhatCameAfter) {
  const auto stops = early_stops(kCurve, {80, 90, 95});
  EXPECT_DOUBLE_EQ(stops[0].saved_j, 300);
  EXPECT_DOUBLE_EQ(stops[1].reached->energy_j, 300);
  EXPECT_DOUBLE_EQ(stops[1].saved_j, 200);
  EXPECT_FALSE(stops[2].reached);
  EXPECT_DOUBLE_EQ(stops[2].saved_j, 0);
}

TEST(TargetCost, NothingIsKnownOfAnEmptyCurve) {
  EXPECT_TRUE(point_prices({}).empty());
  EXPECT_FALSE(knee_of({}));
  EXPECT_FALSE(early_stops({}, {90}).front().reached);
}

}  // namespace
}  // namespace coppice

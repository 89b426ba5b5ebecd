#include "supernet/training/learning_curve.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace coppice {
namespace {

// error = 6 + 300 * E^-0.5
std::vector<CurvePoint> saturating() {
  std::vector<CurvePoint> curve;
  for (const double energy : {400.0, 900.0, 1600.0, 3600.0, 6400.0, 10000.0}) {
    curve.push_back({energy, 100 - 6 - 300 / std::sqrt(energy)});
  }
  return curve;
}

TEST(LearningCurve, EachPointHasItsPrice) {
  const auto prices = joules_per_point({{100, 80}, {200, 84}, {300, 83}, {500, 85}});
  ASSERT_EQ(prices.size(), 4U);
  EXPECT_FALSE(prices[0].has_value());
  EXPECT_DOUBLE_EQ(*prices[1], 25);
  EXPECT_FALSE(prices[2].has_value());
  EXPECT_DOUBLE_EQ(*prices[3], 300);
}

const std::vector<CurvePoint> kCurve{{100, 50}, {200, 80}, {300, 90}, {400, 89}, {500, 91}};

TEST(LearningCurve, TheKneeIsWhereMoreEnergyStopsPaying) {
  // Scaled: (0, 0), (0.25, 0.732), (0.5, 0.976), (0.75, 0.976), (1, 1).
  EXPECT_DOUBLE_EQ(knee_of(kCurve)->energy_j, 200);
  EXPECT_FALSE(knee_of({{1, 50}, {2, 60}}));
  EXPECT_FALSE(knee_of({{1, 50}, {2, 50}, {3, 50}}));
}

TEST(LearningCurve, StoppingEarlySavesWhatCameAfter) {
  const auto stops = early_stops(kCurve, {80, 90, 95}, 0);
  EXPECT_DOUBLE_EQ(stops[0].saved_j, 300);
  EXPECT_DOUBLE_EQ(stops[0].after_j, 100);
  EXPECT_DOUBLE_EQ(early_stops(kCurve, {50}, 0)[0].after_j, 0);
  EXPECT_DOUBLE_EQ(stops[1].reached->energy_j, 300);
  EXPECT_DOUBLE_EQ(stops[1].saved_j, 200);
  EXPECT_FALSE(stops[2].reached);
  EXPECT_DOUBLE_EQ(stops[2].saved_j, 0);
}

TEST(LearningCurve, ATargetIsReachedWhereItsLowerBoundIs) {
  // Of 1000 images 89 % is at least 87.3 %, 90 % at least 88.3 %, 91 % at least 89.4 %.
  const auto stops = early_stops(kCurve, {88, 89, 90}, 1000);
  EXPECT_DOUBLE_EQ(stops[0].reached->energy_j, 300);
  EXPECT_DOUBLE_EQ(stops[1].reached->energy_j, 500);
  EXPECT_FALSE(stops[2].reached);
}

TEST(LearningCurve, NothingIsKnownOfAnEmptyCurve) {
  EXPECT_TRUE(joules_per_point({}).empty());
  EXPECT_FALSE(knee_of({}));
  EXPECT_FALSE(early_stops({}, {90}, 0).front().reached);
}

TEST(LearningCurve, AKnownCurveIsFound) {
  const auto fit = fit_curve(saturating());
  ASSERT_TRUE(fit.has_value());
  EXPECT_NEAR(fit->floor, 6, 0.01);
  EXPECT_NEAR(fit->scale, 300, 1);
  EXPECT_NEAR(fit->power, 0.5, 1e-9);
}

TEST(LearningCurve, EnergyToATargetIsExtrapolated) {
  // 100 - 92 - 6 = 2 = 300 / sqrt(E).
  EXPECT_NEAR(*energy_to_reach(*fit_curve(saturating()), 92), 22500, 200);
}

TEST(LearningCurve, ATargetBeyondTheFloorIsNotReachable) {
  EXPECT_FALSE(energy_to_reach(*fit_curve(saturating()), 94.5).has_value());
}

TEST(LearningCurve, FewPointsSayNothing) {
  EXPECT_FALSE(fit_curve({{1, 50}, {2, 60}, {3, 55}, {4, 70}}).has_value());
}

}  // namespace
}  // namespace coppice

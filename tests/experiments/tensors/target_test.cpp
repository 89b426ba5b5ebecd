#include "experiments/tensors/target.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "supernet/training/wilson.hpp"
#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

// error = 6 + 400 / sqrt(joules)
std::vector<CurvePoint> saturating() {
  std::vector<CurvePoint> curve;
  for (const double joules : {400.0, 900.0, 1600.0, 2500.0, 3600.0}) {
    curve.push_back({joules, 100 - 6 - 400 / std::sqrt(joules)});
  }
  return curve;
}

TEST(Target, WhatNoTestSetOfThisSizeCanShowIsRefused) {
  EXPECT_NO_THROW(require_can_be_shown({93.6, 40}));
  EXPECT_EQ(message_of([] {
              require_can_be_shown({95, 40});
            }),
            "--target-accuracy = 95, but with 40 held-out images even all of them right show no "
            "more than 93.7 % (lower bound); give a lower one, or more with --held-out");
}

TEST(Target, TheAccuracyThatShowsItIsWhereTheLowerBoundReachesIt) {
  for (const double images : {100.0, 5000.0}) {
    EXPECT_NEAR(wilson_lower_bound(accuracy_that_shows(90, images), images), 90, 1e-9);
  }
}

// 90 % on 5,000 images is shown by 90.70 %: (400 / 3.302)^2 = 14.7 kJ, 3.6 are spent.
TEST(Target, TheDistanceIsThatOfTheLowerBoundAndComparedWithWhatIsLeft) {
  EXPECT_EQ(target_text(saturating(), {90, 5000}, 5000),
            "90 % (90.70 % on the held-out images) is about 11.1 kJ away, more than the 5 kJ that "
            "the rest of this training takes");
  EXPECT_EQ(target_text(saturating(), {90, 5000}, 20000),
            "90 % (90.70 % on the held-out images) is about 11.1 kJ away, within the 20 kJ that "
            "the rest of this training takes");
}

TEST(Target, AFloorBelowTheTargetIsToldAtOnce) {
  EXPECT_EQ(target_text(saturating(), {93.5, 5000}, 1e6),
            "93.5 % (94.07 % on the held-out images) is not reachable with this data and these "
            "options: the curve levels off at about 94.0 %");
}

TEST(Target, AStopBeforeTheOtherPhasesIsTold) {
  TrainOptions options;
  options.phases = {Phase{"full"}, Phase{"kernel"}, Phase{"depth1"}};
  options.phases[1].epochs = 0;
  TrainState state;
  EXPECT_NE(untrained_phases_text(state, options).find("before the end of full, depth1: smaller"),
            std::string::npos);
  state.phase = 3;
  EXPECT_EQ(untrained_phases_text(state, options), "");
}

}  // namespace
}  // namespace coppice

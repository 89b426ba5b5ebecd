#include "experiments/progress.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace coppice {
namespace {

TEST(Progress, LinesComeEveryFiveSecondsAndAtTheEnd) {
  FakeClock clock;
  std::ostringstream out;
  Progress progress("train full", "images", 100, ProgressStyle::lines, clock, out);
  for (int done = 0; done <= 100; ++done) {
    progress.update(done);
    clock.advance(Seconds(0.15));
  }
  EXPECT_EQ(out.str(),
            "train full 34 % 34/100 images, 6.67 images/s, 10 s left\n"
            "train full 68 % 68/100 images, 6.67 images/s, 5 s left\n"
            "train full 100 % 100/100 images, 6.67 images/s\n");
}

TEST(Progress, RateLeavesOutWhatWasDoneBefore) {
  FakeClock clock;
  std::ostringstream out;
  Progress progress("search", "networks", 1000, ProgressStyle::lines, clock, out);
  progress.update(900);
  clock.advance(Seconds(10));
  progress.update(950, "front 12");
  EXPECT_EQ(out.str(), "search 95 % 950/1000 networks, 5.00 networks/s, 10 s left, front 12\n");
}

TEST(Progress, BarCoversALongerLineBeforeAndEndsItsLine) {
  FakeClock clock;
  std::ostringstream out;
  {
    Progress progress("x", "steps", 4, ProgressStyle::bar, clock, out);
    clock.advance(Seconds(1));
    progress.update(2, "a long note");
    clock.advance(Seconds(1));
    progress.update(4);
  }
  EXPECT_EQ(out.str(),
            "\rx [############............] 50 % 2/4 steps, a long note"
            "\rx [########################] 100 % 4/4 steps, 2.00 steps/s\n");
}

TEST(Progress, WhatIsSaidStandsOnLinesOfItsOwn) {
  const auto said = [](ProgressStyle style) {
    FakeClock clock;
    std::ostringstream out;
    {
      Progress progress("x", "steps", 1, style, clock, out);
      progress.say("first");
      progress.update(1);
      progress.say("then");
    }
    return out.str();
  };
  EXPECT_EQ(said(ProgressStyle::none), "");
  EXPECT_EQ(said(ProgressStyle::lines), "first\nx 100 % 1/1 steps\nthen\n");
  EXPECT_EQ(said(ProgressStyle::bar),
            "first\n\rx [########################] 100 % 1/1 steps\nthen\n");
}

TEST(Progress, QuietPrintsNothing) {
  FakeClock clock;
  std::ostringstream out;
  {
    Progress progress("x", "steps", 1, ProgressStyle::none, clock, out);
    progress.update(1);
  }
  EXPECT_EQ(out.str(), "");
  EXPECT_EQ(progress_style(true), ProgressStyle::none);
}

TEST(Progress, DurationsReadAsPeopleSayThem) {
  EXPECT_EQ(duration_text(Seconds(47.4)), "47 s");
  EXPECT_EQ(duration_text(Seconds(725)), "12 min 05 s");
  EXPECT_EQ(duration_text(Seconds(12030)), "3 h 20 min");
}

}  // namespace
}  // namespace coppice

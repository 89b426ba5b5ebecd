#include "supernet/base/clock.hpp"

#include <gtest/gtest.h>

namespace coppice {
namespace {

TEST(SteadyClock, NeverGoesBackwards) {
  const SteadyClock clock;
  Seconds last = clock.now();
  for (int i = 0; i < 1000; ++i) {
    const Seconds now = clock.now();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(SteadyClock, MovesOn) {
  const SteadyClock clock;
  const Seconds start = clock.now();
  long attempts = 0;
  while (clock.now() == start && attempts < 100000000) ++attempts;
  EXPECT_GT(clock.now(), start);
}

TEST(FakeClock, StandsStillUntilMoved) {
  FakeClock clock;
  EXPECT_EQ(clock.now(), Seconds(0));
  clock.advance(Seconds(1.5));
  clock.advance(Seconds(2));
  EXPECT_EQ(clock.now(), Seconds(3.5));
  EXPECT_EQ(clock.now(), Seconds(3.5));
}

}  // namespace
}  // namespace coppice

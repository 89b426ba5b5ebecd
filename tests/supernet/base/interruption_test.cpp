#include "supernet/base/interruption.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

class Interruption : public testing::Test {
 protected:
  void SetUp() override { watch_for_interruption(); }
  void TearDown() override { request_interruption(false); }
};

TEST_F(Interruption, ASignalSetsTheFlag) {
  EXPECT_FALSE(interruption_requested());
  EXPECT_NO_THROW(stop_if_interrupted("while resting"));
  std::raise(SIGINT);
  EXPECT_TRUE(interruption_requested());
  try {
    stop_if_interrupted("while resting");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "interrupted while resting");
    EXPECT_EQ(error.failure(), Failure::interrupted);
  }
}

TEST_F(Interruption, ASignalThatIsHeldComesLater) {
  hold_interruptions();
  std::raise(SIGTERM);
  EXPECT_FALSE(interruption_requested());
  watch_for_interruption();
  EXPECT_TRUE(interruption_requested());
}

TEST_F(Interruption, OneWishSentTwiceEndsNothing) {
  std::raise(SIGTERM);
  std::raise(SIGTERM);
  EXPECT_TRUE(interruption_requested());
}

TEST_F(Interruption, ASecondWishEndsTheProcess) {
  EXPECT_EXIT(
      {
        std::raise(SIGINT);
        std::this_thread::sleep_for(std::chrono::milliseconds(700));
        std::raise(SIGINT);
      },
      testing::KilledBySignal(SIGINT),
      "");
}

}  // namespace
}  // namespace coppice

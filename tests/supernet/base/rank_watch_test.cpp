#include "supernet/base/rank_watch.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <thread>
#include <vector>

#include "supernet/base/error.hpp"
#include "supernet/base/interruption.hpp"
#include "tests/support/free_port.hpp"

namespace coppice {
namespace {

// All ranks in one process; each has met the others.
std::vector<std::unique_ptr<RankWatch>> met_watches(int size) {
  std::vector<std::unique_ptr<RankWatch>> watches;
  for (int rank = 0; rank < size; ++rank) {
    watches.push_back(std::make_unique<RankWatch>(rank, size));
  }
  std::vector<std::thread> threads;
  const int port = watches.front()->port();
  for (const auto& watch : watches) {
    threads.emplace_back([&watch, port] { watch->meet("127.0.0.1", port, Seconds(30)); });
  }
  for (std::thread& thread : threads) thread.join();
  return watches;
}

class Watch : public testing::Test {
 protected:
  void TearDown() override { request_interruption(false); }
};

TEST_F(Watch, ALostRankIsNamedToAllOthersWithTheAdvice) {
  auto watches = met_watches(3);
  watches[2]->set_advice("; go on");
  watches[1].reset();
  std::array<char, 64> host{};
  ::gethostname(host.data(), host.size() - 1);
  const std::string expected =
      text("rank 1 of 3 (process ", ::getpid(), " on ", host.data(), ") has ended");
  EXPECT_EQ(watches[0]->lost(Seconds(10)), expected);
  EXPECT_EQ(watches[2]->lost(Seconds(10)), expected + "; go on");
}

TEST_F(Watch, TheEndOfRankZeroIsSeenToo) {
  auto watches = met_watches(2);
  watches[0].reset();
  EXPECT_EQ(watches[1]->lost(Seconds(10)).rfind("rank 0 of 2 (process ", 0), 0U);
}

TEST_F(Watch, ARankThatLeavesIsNoLoss) {
  auto watches = met_watches(2);
  for (const auto& watch : watches) watch->leave();
  watches[1].reset();
  EXPECT_EQ(watches[0]->lost(Seconds(0.3)), "");
}

TEST_F(Watch, MissingRanksAreNamed) {
  RankWatch leader(0, 4);
  RankWatch second(1, 4);
  std::thread joins(
      [&] { EXPECT_THROW(second.meet("127.0.0.1", leader.port(), Seconds(5)), Error); });
  std::string message;
  try {
    leader.meet("127.0.0.1", 0, Seconds(1));
  } catch (const Error& error) {
    message = error.what();
  }
  EXPECT_EQ(message,
            "waited in vain for rank 2, 3 of 4; every rank has to be started, with the same "
            "environment but its own number");
  request_interruption();  // the one that is there waits for the word of rank 0
  joins.join();
}

TEST_F(Watch, AnInterruptionEndsTheWaiting) {
  RankWatch leader(0, 2);
  request_interruption();
  try {
    leader.meet("127.0.0.1", 0, Seconds(30));
    FAIL() << "nobody came";
  } catch (const Error& error) {
    EXPECT_EQ(error.failure(), Failure::interrupted);
    EXPECT_STREQ(error.what(), "interrupted while waiting for the other ranks");
  }
}

TEST_F(Watch, PortsAreTold) {
  const int port = free_port();
  EXPECT_TRUE(is_free_port(port));
  EXPECT_FALSE(is_listening("127.0.0.1", port));
  const RankWatch leader(0, 2);
  EXPECT_FALSE(is_free_port(leader.port()));
  EXPECT_TRUE(is_listening("127.0.0.1", leader.port()));
}

}  // namespace
}  // namespace coppice

#include "supernet/distributed.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "supernet/base/error.hpp"
#include "tests/support/rank_threads.hpp"

namespace coppice {
namespace {

TEST(Distributed, SharesDifferByOneAtMost) {
  EXPECT_EQ(share_of(10, 0, 4).first, 0);
  EXPECT_EQ(share_of(10, 0, 4).count, 2);
  EXPECT_EQ(share_of(10, 1, 4).first, 2);
  EXPECT_EQ(share_of(10, 1, 4).count, 3);
  EXPECT_EQ(share_of(10, 3, 4).first + share_of(10, 3, 4).count, 10);
  EXPECT_EQ(share_of(3, 0, 4).count, 0);
}

TEST(Distributed, AllRanksGetTheSameSums) {
  for (const int size : {2, 4}) {
    std::vector<at::Tensor> sums(static_cast<std::size_t>(size));
    run_ranks(size, [&](const std::shared_ptr<RankGroup>& ranks) {
      at::Tensor tensor = at::arange(1000, at::kFloat).div(3).add(0.1 * ranks->rank());
      ranks->sum(tensor);
      sums[static_cast<std::size_t>(ranks->rank())] = tensor;
      EXPECT_EQ(ranks->sum(std::vector<double>{1, ranks->rank() + 1.0}),
                (std::vector<double>{1.0 * size, size * (size + 1) / 2.0}));
    });
    const at::Tensor expected =
        at::arange(1000, at::kFloat).div(3).mul(size).add(0.1 * size * (size - 1) / 2);
    EXPECT_TRUE(at::allclose(sums.front(), expected, 1e-6, 1e-6));
    for (const at::Tensor& other : sums) EXPECT_TRUE(at::equal(sums.front(), other));
  }
}

TEST(Distributed, SumsMayOverlap) {
  run_ranks(2, [](const std::shared_ptr<RankGroup>& ranks) {
    std::vector<at::Tensor> tensors;
    std::vector<std::function<void()>> waits;
    for (int i = 0; i < 12; ++i) {
      tensors.push_back(at::full({50'000}, i + ranks->rank(), at::kFloat));
      waits.push_back(ranks->start_sum(tensors.back()));
      EXPECT_EQ(ranks->sum(std::vector<double>{1.0 * i}).front(), 2 * i);
    }
    for (int i = 0; i < 12; ++i) {
      waits[static_cast<std::size_t>(i)]();
      EXPECT_TRUE(at::equal(tensors[static_cast<std::size_t>(i)],
                            at::full({50'000}, 2 * i + 1, at::kFloat)));
    }
  });
}

TEST(Distributed, RankZerosTensorReachesAll) {
  run_ranks(4, [](const std::shared_ptr<RankGroup>& ranks) {
    at::Tensor tensor = at::full({7}, ranks->rank() + 5, at::kFloat);
    ranks->broadcast(tensor);
    EXPECT_TRUE(at::equal(tensor, at::full({7}, 5, at::kFloat)));
  });
}

// torchrun's agent listens at the port; its restarts must not see each other's words.
TEST(Distributed, TheStoreOfTorchrunsAgentServes) {
  LaunchedRank meeting;
  meeting.port = free_port();
  c10d::TCPStoreOptions options;
  options.port = static_cast<std::uint16_t>(meeting.port);
  options.isServer = true;
  options.waitWorkers = false;
  c10d::TCPStore agent("127.0.0.1", options);
  for (const char* attempt : {"/worker/attempt_0", "/worker/attempt_1"}) {
    meeting.agent_prefix = attempt;
    run_ranks(
        2,
        [](const std::shared_ptr<RankGroup>& ranks) {
          EXPECT_EQ(ranks->sum(std::vector<double>{1, 2}), (std::vector<double>{2, 4}));
        },
        meeting);
  }
}

TEST(Distributed, WhatDiffersFromRankZeroIsNamed) {
  const auto message = [](const std::string& text, double value) {
    std::string found;
    run_ranks(2, [&](const std::shared_ptr<RankGroup>& ranks) {
      const at::Tensor tensor = at::full({3}, ranks->leads() ? 1.0 : value);
      try {
        ranks->require_same(ranks->leads() ? "a" : text, {tensor}, "the weights of rank 1");
      } catch (const Error& error) {
        found = error.what();
        ranks->wait_for_all();  // as rank 0 does
      }
    });
    return found;
  };
  const std::string expected =
      "the weights of rank 1 are not those of rank 0; all ranks need the same options, and see the "
      "same folders";
  EXPECT_EQ(message("a", 1), "");
  EXPECT_EQ(message("b", 1), expected);
  EXPECT_EQ(message("a", 2), expected);
}

TEST(Distributed, APortThatIsTakenIsNamed) {
  LaunchedRank place;
  place.size = place.local_size = 2;
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  socklen_t length = sizeof address;
  ASSERT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), length), 0);
  ASSERT_EQ(::listen(socket, 1), 0);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length);
  place.port = ntohs(address.sin_port);
  try {
    const RankGroup group(place, "cpu");
    FAIL() << "the port is taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.failure(), Failure::usage);
    EXPECT_EQ(std::string(error.what()),
              text("MASTER_PORT = ",
                   place.port,
                   ", which another process of this machine listens at; choose another one"));
  }
  ::close(socket);
}

}  // namespace
}  // namespace coppice

// Ranks as threads of one test.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "supernet/distributed.hpp"
#include "tests/support/free_port.hpp"

namespace coppice {

/// Runs `work` in as many ranks and waits for all of them; throws what one of them throws.
/// `meeting` says where they meet; without a port, at a free one of their own.
inline void run_ranks(int size,
                      const std::function<void(const std::shared_ptr<RankGroup>&)>& work,
                      const LaunchedRank& meeting = {}) {
  const int port = meeting.port > 0 ? meeting.port : free_port();
  std::vector<std::thread> threads;
  std::vector<std::exception_ptr> errors(static_cast<std::size_t>(size));
  for (int rank = 0; rank < size; ++rank) {
    threads.emplace_back([&, rank] {
      try {
        LaunchedRank place = meeting;
        place.rank = place.local_rank = rank;
        place.size = place.local_size = size;
        place.port = port;
        const auto group = std::make_shared<RankGroup>(place, "cpu");
        work(group);
        group->leave();
      } catch (...) {
        errors[static_cast<std::size_t>(rank)] = std::current_exception();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::exception_ptr& error : errors) {
    if (error) std::rethrow_exception(error);
  }
}

}  // namespace coppice

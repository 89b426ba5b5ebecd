#include "supernet/base/parallel.hpp"

#include <gtest/gtest.h>

#include <mutex>
#include <numeric>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

namespace coppice {
namespace {

TEST(Parallel, EveryIndexIsDoneOnce) {
  std::vector<int> done(10000);
  for_each_index(done.size(), [&](std::size_t i) { ++done[i]; });
  EXPECT_EQ(done, std::vector<int>(10000, 1));
}

TEST(Parallel, NothingIsCalledForNoIndex) {
  for_each_index(0, [](std::size_t) { FAIL(); });
  for_blocks(0, 3, [](std::size_t, std::size_t) { FAIL(); });
}

TEST(Parallel, TheLastBlockIsTheRest) {
  std::mutex mutex;
  std::set<std::pair<std::size_t, std::size_t>> blocks;
  for_blocks(8, 3, [&](std::size_t begin, std::size_t end) {
    const std::lock_guard<std::mutex> lock(mutex);
    blocks.emplace(begin, end);
  });
  EXPECT_EQ(blocks, (std::set<std::pair<std::size_t, std::size_t>>{{0, 3}, {3, 6}, {6, 8}}));
}

TEST(Parallel, WhatTasksWroteIsThereAfterwards) {
  // Under ThreadSanitizer also a claim that the caller and the tasks are seen as ordered.
  for (int round = 0; round < 100; ++round) {
    std::vector<std::size_t> values(500, 1);
    for_blocks(values.size(), 7, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) values[i] += i;
    });
    EXPECT_EQ(std::accumulate(values.begin(), values.end(), std::size_t{0}),
              500U + 500U * 499U / 2U);
  }
}

TEST(Parallel, ATasksExceptionIsThrownToTheCaller) {
  for (const std::size_t count : {std::size_t{1}, std::size_t{1000}}) {
    EXPECT_THROW(for_each_index(count,
                                [&](std::size_t i) {
                                  if (i == count / 2) throw std::runtime_error("one of them");
                                }),
                 std::runtime_error);
  }
}

TEST(Parallel, LoopsMayBeNested) {
  std::vector<std::vector<int>> done(50, std::vector<int>(50));
  for_each_index(done.size(), [&](std::size_t i) {
    for_each_index(done[i].size(), [&](std::size_t k) { ++done[i][k]; });
  });
  EXPECT_EQ(done, std::vector<std::vector<int>>(50, std::vector<int>(50, 1)));
}

}  // namespace
}  // namespace coppice

#include "search/costly_search.hpp"

#include <gtest/gtest.h>

#include <set>

#include "supernet/base/error.hpp"
#include "supernet/space/architecture_text.hpp"
#include "supernet/space/cost.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/tiny_space.hpp"

namespace coppice {
namespace {

double macs(const Architecture& architecture) {
  return static_cast<double>(count_cost(plan_layers(tiny_space(), architecture)).macs);
}

/// Scores by size, within a limit.
CostlyProblem problem(double limit, std::vector<Architecture>& asked) {
  return {tiny_space(),
          [limit](const Architecture& a) { return macs(a) <= limit; },
          [&asked](const Architecture& a) {
            asked.push_back(a);
            return macs(a);
          }};
}

double middle() { return (macs(tiny_space().smallest()) + macs(tiny_space().largest())) / 2; }

TEST(CostlySearch, NothingForbiddenIsEvaluatedAndNothingTwice) {
  std::vector<Architecture> asked;
  CostlySearchOptions options;
  options.evaluations = 40;
  const auto networks = search_costly(problem(middle(), asked), options, Random(1));
  ASSERT_EQ(networks.size(), 40U);
  ASSERT_EQ(asked.size(), 40U);
  std::set<std::string> lines;
  for (std::size_t i = 0; i < networks.size(); ++i) {
    EXPECT_LE(macs(networks[i].architecture), middle());
    EXPECT_EQ(networks[i].architecture, asked[i]);
    lines.insert(to_text(tiny_space(), networks[i].architecture));
  }
  EXPECT_EQ(lines.size(), 40U);
}

TEST(CostlySearch, ChildrenOfTheBetterClimb) {
  // Mean of ten searches: the later half of the networks is better than the first, random ones.
  double early = 0;
  double late = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    std::vector<Architecture> asked;
    CostlySearchOptions options;
    options.evaluations = 40;
    const auto networks = search_costly(problem(1e18, asked), options, Random(seed));
    for (std::size_t i = 0; i < 4; ++i) early += networks[i].score / 40;
    for (std::size_t i = 20; i < 40; ++i) late += networks[i].score / 200;
  }
  EXPECT_GT(late, early * 1.1);
}

TEST(CostlySearch, TheSameSeedAndScoresGiveTheSameNetworks) {
  std::vector<Architecture> first;
  std::vector<Architecture> second;
  static_cast<void>(search_costly(problem(middle(), first), {}, Random(3)));
  static_cast<void>(search_costly(problem(middle(), second), {}, Random(3)));
  EXPECT_EQ(first, second);
  EXPECT_EQ(first.size(), 12U);
  std::vector<Architecture> other;
  static_cast<void>(search_costly(problem(middle(), other), {}, Random(4)));
  EXPECT_NE(first, other);
}

TEST(CostlySearch, WithoutAnAllowedNetworkItIsEmpty) {
  std::vector<Architecture> asked;
  EXPECT_TRUE(search_costly(problem(1, asked), {}, Random(1)).empty());
  EXPECT_TRUE(asked.empty());
}

TEST(CostlySearch, AFewAllowedNetworksAreEvaluatedAndNoMore) {
  std::vector<Architecture> asked;
  // The smallest network and what costs no more.
  const double least = macs(tiny_space().smallest());
  CostlySearchOptions options;
  options.evaluations = 500;
  const auto networks = search_costly(problem(least * 1.02, asked), options, Random(1));
  EXPECT_GE(networks.size(), 1U);
  EXPECT_LT(networks.size(), 500U);
}

TEST(CostlySearch, TheBestIsTheFirstOfEquals) {
  const Architecture a = tiny_space().smallest();
  const Architecture b = tiny_space().largest();
  EXPECT_EQ(best_of({{a, 1}, {b, 2}, {a, 2}}).architecture, b);
}

TEST(CostlySearch, WhatAScoreThrowsPassesThrough) {
  std::vector<Architecture> asked;
  CostlyProblem failing = problem(1e18, asked);
  failing.score = [](const Architecture&) -> double { throw Error("stopped"); };
  EXPECT_EQ(message_of([&] { static_cast<void>(search_costly(failing, {}, Random(1))); }),
            "stopped");
}

TEST(CostlySearch, BadOptionsAreUsageErrors) {
  const auto message = [](const CostlySearchOptions& options) {
    return message_of([&] { validate(options); });
  };
  EXPECT_EQ(message({0, 4, 2}), "evaluations = 0, must be at least 1");
  EXPECT_EQ(message({1, 0, 2}), "population = 0, must be at least 1");
  EXPECT_EQ(message({1, 4, 5}), "parents = 5, must be 1 to population = 4");
}

}  // namespace
}  // namespace coppice

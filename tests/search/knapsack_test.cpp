#include "search/knapsack.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "supernet/base/random.hpp"

namespace coppice {
namespace {

std::vector<KnapsackItem> random_items(std::uint64_t seed, std::size_t groups) {
  Random random(seed);
  std::vector<KnapsackItem> items;
  for (std::size_t i = 0; i < 3 * groups; ++i) {
    items.push_back({i / 3, random.uniform() - 0.6, random.uniform() - 0.5});
  }
  return items;
}

struct Sums {
  double gain = 0;
  double cost = 0;
};

Sums sums_of(const std::vector<KnapsackItem>& items, const std::vector<std::size_t>& taken) {
  Sums sums;
  for (const std::size_t i : taken) {
    sums.gain += items[i].gain;
    sums.cost += items[i].cost;
  }
  return sums;
}

/// The greatest gain of three items within the budget, tried one by one.
double best_of_three(const std::vector<KnapsackItem>& items, double budget) {
  double best = -1e9;
  for (std::size_t a = 0; a < items.size(); ++a) {
    for (std::size_t b = a + 1; b < items.size(); ++b) {
      for (std::size_t c = b + 1; c < items.size(); ++c) {
        const bool apart = items[a].group != items[b].group && items[b].group != items[c].group;
        const Sums sums = sums_of(items, {a, b, c});
        if (apart && sums.cost <= budget) best = std::max(best, sums.gain);
      }
    }
  }
  return best;
}

TEST(Knapsack, FindsTheBestOfThreeThatCountingFinds) {
  KnapsackOptions options;
  options.most = 3;
  options.cells = 2000;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto items = random_items(seed, 7);
    for (const double budget : {-0.3, 0.0, 0.2}) {
      double found = -1e9;
      for (const auto& taken : combine(items, budget, options)) {
        if (taken.size() == 3) found = std::max(found, sums_of(items, taken).gain);
      }
      EXPECT_NEAR(found, best_of_three(items, budget), 1e-12) << "seed " << seed;
    }
  }
}

TEST(Knapsack, CombinationsKeepTheBudgetAndTakeOneOfAGroup) {
  const auto items = random_items(5, 12);
  KnapsackOptions options;
  options.kept = 4;
  const auto combinations = combine(items, 0.1, options);
  std::vector<std::size_t> of_size(options.most + 1);
  for (const auto& taken : combinations) {
    std::set<std::size_t> groups;
    for (const std::size_t i : taken) groups.insert(items[i].group);
    EXPECT_EQ(groups.size(), taken.size());
    EXPECT_LE(sums_of(items, taken).cost, 0.1);
    ASSERT_GE(taken.size(), 2U);
    ++of_size.at(taken.size());
  }
  EXPECT_LE(*std::max_element(of_size.begin(), of_size.end()), 4U);
  EXPECT_GT(of_size.back(), 0U);
}

TEST(Knapsack, ABudgetBelowAnythingIsAnsweredWithTheCheapest) {
  const auto items = random_items(2, 8);
  const auto combinations = combine(items, -100);
  ASSERT_FALSE(combinations.empty());
  for (const auto& taken : combinations) EXPECT_LT(sums_of(items, taken).cost, -0.5);
}

TEST(Knapsack, WithoutCostsOrItemsItStillAnswers) {
  EXPECT_TRUE(combine({}, 1).empty());
  const auto taken = combine({{0, 1, 0}, {1, 2, 0}}, 0);
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0], (std::vector<std::size_t>{0, 1}));
}

}  // namespace
}  // namespace coppice

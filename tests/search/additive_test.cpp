#include "search/additive.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "predictors/block_table.hpp"
#include "search/local_search.hpp"
#include "search/predictor_evaluator.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/fake_evaluator.hpp"
#include "tests/support/random_sums.hpp"

namespace coppice {
namespace {

double value_of(const SearchSpace& space, const BlockSums& sums, const Architecture& architecture) {
  return BlockTable(space, sums, {"q", false, space.name(), -1, {}}).predict({architecture})[0];
}

/// Every network of the tiny space, in one vector for each quantity.
struct Counted {
  std::vector<Architecture> networks;
  std::vector<double> values;
  std::vector<double> limited;
};

Counted count_through(const SearchSpace& space, const BlockSums& value, const BlockSums& limited) {
  Counted all;
  all.networks = all_architectures(space);
  for (const Architecture& each : all.networks) {
    all.values.push_back(value_of(space, value, each));
    all.limited.push_back(value_of(space, limited, each));
  }
  return all;
}

TEST(Additive, ExtremesAreThoseOfAllNetworks) {
  const SearchSpace space = tiny_search_space();
  const Choices choices = all_choices(space);
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const BlockSums sums = random_sums(space, seed);
    const Counted all = count_through(space, sums, sums);
    const auto [low, high] = std::minmax_element(all.values.begin(), all.values.end());
    EXPECT_EQ(value_of(space, sums, additive_extreme(space, choices, sums, false)), *low) << seed;
    EXPECT_EQ(value_of(space, sums, additive_extreme(space, choices, sums, true)), *high) << seed;
  }
}

TEST(Additive, TheBestUnderALimitIsTheBestOfAllNetworks) {
  const SearchSpace space = tiny_search_space();
  const Choices choices = all_choices(space);
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const BlockSums value = random_sums(space, seed);
    const BlockSums limited = random_sums(space, seed + 100);
    const Counted all = count_through(space, value, limited);
    for (const bool at_least : {false, true}) {
      for (const bool maximize : {false, true}) {
        // The limit is a reachable value itself: being allowed, it must be met to the last bit.
        const double bound = all.limited[seed * 31 % all.limited.size()];
        double expected = maximize ? -1e9 : 1e9;
        for (std::size_t i = 0; i < all.values.size(); ++i) {
          if (at_least ? all.limited[i] < bound : all.limited[i] > bound) continue;
          expected =
              maximize ? std::max(expected, all.values[i]) : std::min(expected, all.values[i]);
        }
        const auto best =
            best_additive(space, choices, {&value, maximize, &limited, at_least, bound});
        ASSERT_TRUE(best.has_value());
        EXPECT_TRUE(allows(space, choices, *best));
        EXPECT_EQ(value_of(space, value, *best), expected) << seed << at_least << maximize;
        const double met = value_of(space, limited, *best);
        EXPECT_TRUE(at_least ? met >= bound : met <= bound) << seed << at_least << maximize;
      }
    }
  }
}

TEST(Additive, NothingIsFoundBeyondTheReachable) {
  const SearchSpace space = tiny_search_space();
  const BlockSums sums = random_sums(space, 1);
  const Choices choices = all_choices(space);
  const double low = value_of(space, sums, additive_extreme(space, choices, sums, false));
  EXPECT_TRUE(best_additive(space, choices, {&sums, true, &sums, false, low}).has_value());
  EXPECT_FALSE(best_additive(space, choices, {&sums, true, &sums, false, std::nextafter(low, -1e9)})
                   .has_value());
}

TEST(Additive, OnlyAllowedChoicesAndKnownResolutionsAreTaken) {
  const SearchSpace space = tiny_search_space();
  BlockSums sums = random_sums(space, 3);
  Choices choices = all_choices(space);
  choices.allowed[static_cast<std::size_t>(space.depth_gene(0))] = {1};
  for (const BlockSlot& slot : space.slots()) {
    choices.allowed[static_cast<std::size_t>(slot.kernel_gene)] = {1};
  }
  const Architecture least = additive_extreme(space, choices, sums, false);
  EXPECT_TRUE(allows(space, choices, least));

  sums.rest[static_cast<std::size_t>(space.resolution(least) == 28 ? 0 : 1)] = std::nan("");
  EXPECT_NE(space.resolution(additive_extreme(space, choices, sums, false)),
            space.resolution(least));
  sums.rest.assign(2, std::nan(""));
  EXPECT_EQ(message_of([&] { static_cast<void>(additive_extreme(space, choices, sums, true)); }),
            "the sums are known at none of the allowed resolutions");
}

// The oracle of the search at full size, where counting through is out of reach. Tables drawn at
// random are rougher than any device's.
TEST(Additive, LocalSearchComesWithinAFewThousandthsOfTheComputedOptimum) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  const Choices choices = all_choices(space);
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const BlockTable value(
        space, random_sums(space, seed), {"accuracy", true, space.name(), -1, {}});
    const auto evaluator = predictor_evaluator(space, {&value}, {"macs"});
    SearchProblem problem{space, choices, {{"accuracy", true}}, {}, {}, {}};
    problem.limits.push_back(parse_limit("macs<=3e8"));
    problem.ranges = {{0, 30}, {1e8, 1e9}};
    const auto best = best_additive(
        space, choices, {evaluator->block_sums(0), true, evaluator->block_sums(1), false, 3e8});
    ASSERT_TRUE(best.has_value());
    const std::vector<double> computed = evaluator->evaluate({*best});
    EXPECT_LE(computed[1], 3e8);
    LocalSearchOptions options;
    options.evaluations = 60000;
    const SearchSummary found = search_local(problem, *evaluator, options);
    ASSERT_TRUE(found.best.has_value());
    EXPECT_LE(found.best->values[0], computed[0] + 1e-9);
    EXPECT_GE(found.best->values[0], 0.997 * computed[0]) << "seed " << seed;
  }
}

}  // namespace
}  // namespace coppice

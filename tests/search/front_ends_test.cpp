#include "search/front_ends.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/fake_evaluator.hpp"

namespace coppice {
namespace {

TEST(FrontEnds, AreTheBestOfEachObjectiveWithinTheLimits) {
  const SearchSpace space = tiny_search_space();
  const FakeEvaluator evaluator(space, {"noise0", "gain0"});
  SearchProblem problem{
      space, all_choices(space), {{"noise0", true}, {"gain0", false}}, {}, {}, {}};
  std::vector<double> noise;
  for (const Architecture& each : all_architectures(space)) {
    noise.push_back(evaluator.values(each)[0]);
  }
  std::sort(noise.begin(), noise.end());
  const double limit = noise[noise.size() / 2];
  problem.limits.push_back(parse_limit("noise0<=" + shortest_text(limit)));
  const auto ends = front_ends(problem, evaluator, 100'000, Random(1), {});
  ASSERT_EQ(ends.size(), 2U);
  double highest = -1e9;
  double lowest = 1e9;
  for (const Architecture& each : all_architectures(space)) {
    const std::vector<double> values = evaluator.values(each);
    if (values[0] > limit) continue;
    highest = std::max(highest, values[0]);
    lowest = std::min(lowest, values[1]);
  }
  EXPECT_EQ(evaluator.values(ends[0])[0], highest);
  EXPECT_EQ(evaluator.values(ends[1])[1], lowest);
}

TEST(FrontEnds, AnInterruptedLookReturns) {
  const SearchSpace space = tiny_search_space();
  const FakeEvaluator evaluator(space, {"noise0"});
  const SearchProblem problem{space, all_choices(space), {{"noise0", true}}, {}, {}, {}};
  const auto ends = front_ends(problem, evaluator, 1'000'000'000, Random(1), [] { return true; });
  EXPECT_LE(ends.size(), 1U);
}

}  // namespace
}  // namespace coppice

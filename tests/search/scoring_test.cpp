#include "search/scoring.hpp"

#include <gtest/gtest.h>

#include "tests/support/tiny_space.hpp"

namespace coppice {
namespace {

SearchProblem two_objectives() {
  const SearchSpace space = tiny_space();
  SearchProblem problem{space, all_choices(space), {}, {}, {}, {}};
  problem.objectives = {{"accuracy", true}, {"macs", false}};
  problem.ranges = {{70, 80}, {100, 200}};
  return problem;
}

double volume(const std::vector<double>& row) {
  const Scoring scoring(two_objectives(), {"accuracy", "macs"});
  Points points{2, {}};
  scoring.append(row.data(), points);
  return scoring.scaled_hypervolume(points);
}

TEST(Scoring, TheHypervolumeOfTheBestValuesIsOneAndOfTheWorstNothing) {
  EXPECT_DOUBLE_EQ(volume({80, 100}), 1);
  EXPECT_DOUBLE_EQ(volume({75, 150}), 0.25);
  EXPECT_DOUBLE_EQ(volume({70, 200}), 0);
}

TEST(Scoring, WhatBeatsTheRangeStillCounts) {
  EXPECT_DOUBLE_EQ(volume({81, 100}), 1.1);
  EXPECT_GT(volume({82, 100}), volume({81, 100}));
}

TEST(Scoring, WhatIsWorseThanTheRangeCountsNothing) { EXPECT_DOUBLE_EQ(volume({69, 100}), 0); }

}  // namespace
}  // namespace coppice

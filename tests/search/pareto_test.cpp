#include "search/pareto.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "supernet/base/random.hpp"

namespace coppice {
namespace {

using Fronts = std::vector<std::vector<std::size_t>>;

Points random_points(std::size_t count, std::size_t objectives, std::uint64_t levels, Random& r) {
  Points points{objectives, {}};
  for (std::size_t i = 0; i < count * objectives; ++i) {
    points.values.push_back(static_cast<double>(r.below(levels)));
  }
  return points;
}

/// Peels fronts by definition.
Fronts brute_force_fronts(const Points& points, const std::vector<double>& violations) {
  const auto beats = [&](std::size_t a, std::size_t b) {
    if (violations[a] != violations[b]) return violations[a] < violations[b];
    return violations[a] == 0 && dominates(points[a], points[b], points.objectives);
  };
  Fronts result;
  std::vector<bool> taken(points.size(), false);
  for (std::size_t left = points.size(); left > 0;) {
    std::vector<std::size_t> front;
    for (std::size_t i = 0; i < points.size(); ++i) {
      bool beaten = taken[i];
      for (std::size_t j = 0; j < points.size(); ++j) beaten = beaten || (!taken[j] && beats(j, i));
      if (!beaten) front.push_back(i);
    }
    for (const std::size_t i : front) taken[i] = true;
    left -= front.size();
    result.push_back(front);
  }
  return result;
}

Fronts sorted(Fronts fronts) {
  for (auto& front : fronts) std::sort(front.begin(), front.end());
  return fronts;
}

TEST(Pareto, DominatesNeedsOneStrictlyBetterObjective) {
  const double a[] = {1, 2};
  const double b[] = {1, 3};
  const double c[] = {0, 4};
  EXPECT_TRUE(dominates(a, b, 2));
  EXPECT_FALSE(dominates(b, a, 2));
  EXPECT_FALSE(dominates(a, a, 2));
  EXPECT_TRUE(covers(a, a, 2));
  EXPECT_FALSE(dominates(a, c, 2));
  EXPECT_FALSE(covers(c, a, 2));
}

// By hand: (1,5) (2,3) (4,1) are the first front, (2,5) (3,4) (5,3) the second, (5,5) the third.
TEST(Pareto, HandWorkedFronts) {
  const Points points{2, {5, 5, 1, 5, 3, 4, 4, 1, 2, 5, 2, 3, 5, 3}};
  EXPECT_EQ(fronts(points), (Fronts{{1, 5, 3}, {4, 2, 6}, {0}}));
}

TEST(Pareto, DuplicatePointsShareAFront) {
  const Points points{2, {1, 1, 1, 1, 2, 2, 2, 2}};
  EXPECT_EQ(fronts(points), (Fronts{{0, 1}, {2, 3}}));
}

TEST(Pareto, OneObjectiveSortsByValue) {
  EXPECT_EQ(fronts({1, {3, 1, 2, 1}}), (Fronts{{1, 3}, {2}, {0}}));
}

TEST(Pareto, FeasibleBeatsInfeasibleAndLessViolationBeatsMore) {
  const Points points{2, {0, 0, 9, 9, 1, 1, 5, 5}};
  EXPECT_EQ(fronts(points, {2, 0, 1, 1}), (Fronts{{1}, {2, 3}, {0}}));
}

TEST(Pareto, NoPointsHaveNoFronts) { EXPECT_TRUE(fronts({2, {}}).empty()); }

TEST(Pareto, FrontsEqualBruteForceOnRandomSets) {
  Random random(7);
  for (int round = 0; round < 400; ++round) {
    const std::size_t objectives = 1 + random.below(4);
    const Points points =
        random_points(1 + random.below(40), objectives, 2 + random.below(9), random);
    std::vector<double> violations(points.size(), 0.0);
    if (round % 2 == 1) {
      for (double& v : violations) v = static_cast<double>(random.below(3));
    }
    ASSERT_EQ(sorted(fronts(points, violations)), brute_force_fronts(points, violations))
        << "seed 7, round " << round;
  }
}

// Gaps in parts of the extent 4: the middle one has (4-0)/4 + (4-0)/4, hence 2.
TEST(Pareto, HandWorkedCrowding) {
  const Points points{2, {0, 4, 1, 2, 4, 0}};
  const auto distances = crowding_distances(points, {0, 1, 2});
  EXPECT_TRUE(std::isinf(distances[0]));
  EXPECT_DOUBLE_EQ(distances[1], 2.0);
  EXPECT_TRUE(std::isinf(distances[2]));
}

TEST(Pareto, CrowdingOfEqualPointsIsNotANumberNowhere) {
  const Points points{2, {1, 1, 1, 1, 1, 1}};
  for (const double distance : crowding_distances(points, {0, 1, 2})) {
    EXPECT_FALSE(std::isnan(distance));
  }
}

TEST(Pareto, CrowdingIsPerMemberOfAnUnsortedFront) {
  const Points points{3, {3, 0, 5, 0, 3, 5, 1, 2, 0, 2, 1, 0}};
  const auto distances = crowding_distances(points, {2, 3, 0, 1});
  // Third objective: 0 0 5 5; first: 0 1 2 3; second likewise.
  EXPECT_TRUE(std::isinf(distances[2]));
  EXPECT_TRUE(std::isinf(distances[3]));
  EXPECT_TRUE(std::isinf(distances[0]));
  EXPECT_DOUBLE_EQ(distances[1], 2.0 / 3 + 2.0 / 3 + 1.0);
}

}  // namespace
}  // namespace coppice

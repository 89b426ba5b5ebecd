#include "search/hypervolume.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "supernet/base/random.hpp"
#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

/// Counts the unit cells of {0..size}^m that some point dominates.
double counted(const Points& points, int size) {
  const std::size_t m = points.objectives;
  double cells = 0;
  std::vector<double> cell(m, 0.0);
  for (int i = 0; i < static_cast<int>(std::lround(std::pow(size, m))); ++i) {
    int rest = i;
    for (std::size_t k = 0; k < m; ++k, rest /= size) cell[k] = rest % size;
    bool inside = false;
    for (std::size_t p = 0; p < points.size(); ++p) {
      inside = inside || covers(points[p], cell.data(), m);
    }
    cells += inside;
  }
  return cells;
}

TEST(Hypervolume, OneObjectiveIsTheDistanceOfTheBest) {
  EXPECT_DOUBLE_EQ(hypervolume({1, {0.7, 0.2, 0.9}}, {1.0}), 0.8);
}

// (1,3): 3 x 1, (2,2): 2 x 1 more, (3,1): 1 x 1 more; reference (4,4).
TEST(Hypervolume, HandWorkedStaircase) {
  EXPECT_DOUBLE_EQ(hypervolume({2, {1, 3, 2, 2, 3, 1}}, {4, 4}), 6.0);
}

// Boxes of 1x2x3 and 3x2x1 share 1x2x1.
TEST(Hypervolume, HandWorkedBoxes) {
  EXPECT_DOUBLE_EQ(hypervolume({3, {2, 1, 0, 0, 1, 2}}, {3, 3, 3}), 10.0);
}

// Boxes of 1x1x1x2 and 2x1x1x1 share 1.
TEST(Hypervolume, HandWorkedFourDimensionalBoxes) {
  EXPECT_DOUBLE_EQ(hypervolume({4, {1, 1, 1, 0, 0, 1, 1, 1}}, {2, 2, 2, 2}), 3.0);
}

TEST(Hypervolume, PointsAtOrBeyondTheReferenceAddNothing) {
  EXPECT_EQ(hypervolume({2, {1, 0, 0, 2}}, {1, 1}), 0.0);
  EXPECT_EQ(hypervolume({2, {}}, {1, 1}), 0.0);
  EXPECT_DOUBLE_EQ(hypervolume({2, {0.5, 0.5, 0, 7}}, {1, 1}), 0.25);
}

TEST(Hypervolume, EqualsCountedCellsOnRandomSets) {
  Random random(3);
  for (int round = 0; round < 300; ++round) {
    const std::size_t objectives = 1 + random.below(4);
    constexpr int size = 6;
    Points points{objectives, {}};
    const std::size_t count = random.below(25);
    for (std::size_t i = 0; i < count * objectives; ++i) {
      points.values.push_back(static_cast<double>(random.below(size + 1)));
    }
    ASSERT_DOUBLE_EQ(hypervolume(points, std::vector<double>(objectives, size)),
                     counted(points, size))
        << "seed 3, round " << round;
  }
}

TEST(Hypervolume, FiveObjectivesAreRefused) {
  EXPECT_EQ(message_of([] {
              static_cast<void>(hypervolume({5, {0, 0, 0, 0, 0}}, {1, 1, 1, 1, 1}));
            }),
            "hypervolume of 5 objectives with a reference of 5 values; it takes 1 to 4 of both");
}

}  // namespace
}  // namespace coppice

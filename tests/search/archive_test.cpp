#include "search/archive.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "supernet/base/random.hpp"

namespace coppice {
namespace {

Candidate candidate(std::uint8_t id, double violation = 0) {
  Candidate result;
  result.architecture.genes = {id};
  result.violation = violation;
  return result;
}

std::vector<int> front_ids(const Archive& archive) {
  std::vector<int> ids;
  for (const Candidate& each : archive.front()) ids.push_back(each.architecture.genes[0]);
  return ids;
}

TEST(Archive, KeepsWhatNoOtherCovers) {
  Archive archive(2);
  EXPECT_TRUE(
      archive.offer({candidate(1), candidate(2), candidate(3)}, {2, {3, 1, 2, 2, 3, 3}}, 0));
  EXPECT_EQ(front_ids(archive), (std::vector<int>{2, 1}));
  EXPECT_TRUE(archive.offer({candidate(4)}, {2, {1, 1}}, 5));
  EXPECT_EQ(front_ids(archive), (std::vector<int>{4}));
}

TEST(Archive, RemembersWhenMembersEnteredAndLeft) {
  Archive archive(2);
  archive.offer({candidate(1)}, {2, {3, 1}}, 0);
  archive.offer({candidate(2)}, {2, {2, 1}}, 4);
  ASSERT_EQ(archive.entries().size(), 2U);
  EXPECT_EQ(archive.entries()[0].entered, 0);
  EXPECT_EQ(archive.entries()[0].left, 4);
  EXPECT_EQ(archive.entries()[1].entered, 4);
  EXPECT_EQ(archive.entries()[1].left, -1);
}

TEST(Archive, OfEqualPointsTheFirstStays) {
  Archive archive(2);
  archive.offer({candidate(1), candidate(2)}, {2, {1, 1, 1, 1}}, 0);
  EXPECT_FALSE(archive.offer({candidate(3)}, {2, {1, 1}}, 1));
  EXPECT_EQ(front_ids(archive), (std::vector<int>{1}));
}

TEST(Archive, RefusesWhatBreaksALimit) {
  Archive archive(1);
  EXPECT_FALSE(archive.offer({candidate(1, 0.5)}, {1, {0}}, 0));
  EXPECT_EQ(archive.front_size(), 0U);
}

TEST(Archive, EqualsTheFirstFrontOfEverythingOfferedAndRestores) {
  Random random(11);
  for (int round = 0; round < 200; ++round) {
    const std::size_t m = 1 + random.below(4);
    Archive archive(m);
    Points all{m, {}};
    for (int generation = 0; generation < 8; ++generation) {
      std::vector<Candidate> offered;
      Points points{m, {}};
      for (std::uint64_t i = random.below(12); i > 0; --i) {
        offered.push_back(candidate(0));
        for (std::size_t k = 0; k < m; ++k) {
          points.values.push_back(static_cast<double>(random.below(12)));
        }
      }
      all.values.insert(all.values.end(), points.values.begin(), points.values.end());
      for (std::size_t i = 0; i < offered.size(); ++i) {
        offered[i].values.assign(points[i], points[i] + m);
      }
      archive.offer(offered, points, generation);
      std::vector<std::vector<double>> expected;
      const auto peeled = fronts(all);
      if (!peeled.empty()) {
        for (const std::size_t i : peeled[0]) expected.emplace_back(all[i], all[i] + m);
      }
      expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
      std::vector<std::vector<double>> found;
      for (const Candidate& each : archive.front()) found.push_back(each.values);
      ASSERT_EQ(found, expected) << "seed 11, round " << round;
    }
    Points entry_points{m, {}};
    for (const ArchiveEntry& entry : archive.entries()) {
      const auto& values = entry.candidate.values;
      entry_points.values.insert(entry_points.values.end(), values.begin(), values.end());
    }
    const Archive again = Archive::restore(archive.entries(), entry_points);
    ASSERT_EQ(again.points().values, archive.points().values);
  }
}

}  // namespace
}  // namespace coppice

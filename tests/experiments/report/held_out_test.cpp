#include "experiments/report/held_out.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/prepared_run.hpp"

namespace coppice {
namespace {

TEST(HeldOut, EveryNetworkIsPredictedOnce) {
  MeasurementTable table = prepared::measured_table();
  const auto points = held_out_points(prepared::space(), table, "accuracy", "ridge-choices of log");
  merge_repeats(table);
  ASSERT_EQ(points.size(), table.rows.size());
  std::set<std::string> lines;
  double worst = 0;
  for (const HeldOutPoint& point : points) {
    lines.insert(point.architecture);
    worst = std::max(worst, std::abs(point.predicted - point.measured));
  }
  EXPECT_EQ(lines.size(), points.size());
  // A sum of genes is what one-hot features can tell, but not from few networks exactly.
  EXPECT_GT(worst, 0);
  EXPECT_LT(worst, 5);
}

TEST(HeldOut, ANetworksOwnValueDoesNotReachItsPrediction) {
  MeasurementTable table = prepared::measured_table();
  merge_repeats(table);
  const auto points = [&table] {
    return held_out_points(prepared::space(), table, "accuracy", "ridge-choices");
  };
  const auto before = points();
  table.rows[0].targets["accuracy"] -= 20;
  const auto after = points();
  int moved = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const bool own = after[i].measured != before[i].measured;
    if (own) {
      EXPECT_EQ(after[i].predicted, before[i].predicted);
    }
    if (!own && after[i].predicted != before[i].predicted) ++moved;
  }
  EXPECT_GT(moved, 0);  // it does reach those that were fitted with it
}

TEST(HeldOut, FewMeasurementsGiveNone) {
  MeasurementTable table = prepared::measured_table();
  table.rows.resize(11);
  EXPECT_TRUE(held_out_points(prepared::space(), table, "accuracy", "ridge-choices").empty());
  EXPECT_TRUE(held_out_points(prepared::space(), table, "energy_mj", "ridge-choices").empty());
}

}  // namespace
}  // namespace coppice

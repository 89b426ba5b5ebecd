#include "experiments/report/held_out.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/prepared_run.hpp"

namespace coppice {
namespace {

TEST(HeldOut, EveryNetworkIsPredictedOnceByAFitWithoutIt) {
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

TEST(HeldOut, FewMeasurementsGiveNone) {
  MeasurementTable table = prepared::measured_table();
  table.rows.resize(11);
  EXPECT_TRUE(held_out_points(prepared::space(), table, "accuracy", "ridge-choices").empty());
  EXPECT_TRUE(held_out_points(prepared::space(), table, "energy_mj", "ridge-choices").empty());
}

}  // namespace
}  // namespace coppice

#include "experiments/report/energy_curves.hpp"

#include <gtest/gtest.h>

#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

constexpr const char* kLog =
    "{\"event\":\"begin\"}\n"
    "{\"event\":\"evaluation\",\"phase\":\"full\",\"energy_j\":1800,\"smallest\":50,\"largest\":80}"
    "\n"
    "{\"event\":\"evaluation\",\"phase\":\"full\",\"energy_j\":3600,\"smallest\":60,\"largest\":86}"
    "\n"
    "cut off";

TEST(EnergyCurves, AreReadFromTheLogOfARun) {
  const TemporaryFolder run;
  write_bytes(run / "log.jsonl", kLog);
  const EnergyCurve curve = read_energy_curve_of(run.path(), "10 %");
  EXPECT_EQ(curve.label, "10 %");
  ASSERT_EQ(curve.points.size(), 2U);
  EXPECT_EQ(curve.points[1].energy_j, 3600);
  EXPECT_EQ(curve.points[1].accuracy, 86);
}

TEST(EnergyCurves, ARunThatWasNotTrainedHereIsNamed) {
  const TemporaryFolder run;
  write_bytes(run / "log.jsonl", "{\"event\":\"begin\"}\n");
  EXPECT_EQ(message_of([&] { static_cast<void>(read_energy_curve_of(run.path(), "a")); }),
            (run / "log.jsonl").string() +
                " records no evaluation with its energy: the run was not trained here");
}

TEST(EnergyCurves, ThePictureHasALineForEachInWattHours) {
  const Plot plot = energy_curves_plot({{"half", {{1800, 80}, {3600, 86}}}, {"all", {{7200, 90}}}});
  ASSERT_EQ(plot.series.size(), 2U);
  EXPECT_DOUBLE_EQ(plot.series[0].points[0].x, 0.5);
  EXPECT_DOUBLE_EQ(plot.series[0].points[1].y, 86);
  EXPECT_EQ(plot.series[0].points[0].label, "");
  EXPECT_EQ(plot.series[0].points[1].label, "half");
  EXPECT_EQ(plot.series[1].points[0].label, "all");
}

TEST(EnergyCurves, TheCheapestWayIsThatOfTheLeastEnergy) {
  const std::vector<EnergyCurve> curves{{"half", {{100, 80}, {200, 86}}},
                                        {"all", {{150, 86.5}, {900, 90}}}};
  EXPECT_EQ(cheapest_way(curves, 85)->curve, 1U);
  EXPECT_EQ(cheapest_way(curves, 85)->reached.energy_j, 150);
  EXPECT_EQ(cheapest_way(curves, 80)->curve, 0U);
  EXPECT_EQ(cheapest_way(curves, 90)->reached.energy_j, 900);
  EXPECT_FALSE(cheapest_way(curves, 95).has_value());
}

}  // namespace
}  // namespace coppice

#include "experiments/report/energy_curves.hpp"

#include <gtest/gtest.h>

#include "predictors/energy_csv.hpp"
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
  EXPECT_EQ(curve.basis, "not recorded");
  PhaseRecord train;
  train.phase = "train";
  train.energy.cpu = {Joules(1), "cpu-model", false, 2.0};
  PhaseRecord search = train;
  search.phase = "search";
  search.energy.cpu.measured = true;
  append_energy_csv(
      run / "energy.csv", {train, train, search}, {"T", "Testland", 1, 2024, "t"}, 1.0, {});
  EXPECT_EQ(read_energy_curve_of(run.path(), "a").basis, "modelled");
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
  const Plot plot = energy_curves_plot(
      {{"half", {{1800, 80}, {3600, 86}}, "modelled"}, {"all", {{7200, 90}}, "modelled"}});
  EXPECT_EQ(plot.x_label, "energy of the training so far [Wh], modelled");
  EXPECT_EQ(energy_curves_plot({{"a", {{1, 1}}, "modelled"}, {"b", {{1, 1}}, "measured"}}).x_label,
            "energy of the training so far [Wh], known in different ways");
  ASSERT_EQ(plot.series.size(), 2U);
  EXPECT_DOUBLE_EQ(plot.series[0].points[0].x, 0.5);
  EXPECT_DOUBLE_EQ(plot.series[0].points[1].y, 86);
  EXPECT_EQ(plot.series[0].points[0].label, "");
  EXPECT_EQ(plot.series[0].points[1].label, "half");
  EXPECT_EQ(plot.series[1].points[0].label, "all");
}

TEST(EnergyCurves, TheCheapestWayIsThatOfTheLeastEnergy) {
  const std::vector<EnergyCurve> curves{{"half", {{100, 80}, {200, 86}}, "modelled"},
                                        {"all", {{150, 86.5}, {900, 90}}, "modelled"}};
  EXPECT_EQ(cheapest_way(curves, 85)->curve, 1U);
  EXPECT_EQ(cheapest_way(curves, 85)->reached.energy_j, 150);
  EXPECT_EQ(cheapest_way(curves, 80)->curve, 0U);
  EXPECT_EQ(cheapest_way(curves, 90)->reached.energy_j, 900);
  EXPECT_FALSE(cheapest_way(curves, 95).has_value());
}

}  // namespace
}  // namespace coppice

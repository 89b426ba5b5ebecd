#include "experiments/report/svg_plot.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace coppice {
namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(SvgPlot, TicksAreRoundAndCoverTheData) {
  EXPECT_EQ(ticks(0, 10, 6), (std::vector<double>{0, 2, 4, 6, 8, 10}));
  const auto some = ticks(81.3, 88.6, 6);
  EXPECT_EQ(some, (std::vector<double>{80, 82, 84, 86, 88, 90}));
  EXPECT_DOUBLE_EQ(ticks(-0.3, 0.2, 6).front(), -0.3);
}

TEST(SvgPlot, TicksOfOneValueStillHaveAWidth) {
  for (const double value : {0.0, 5.0, -3e9, 1e-7}) {
    const auto found = ticks(value, value, 6);
    ASSERT_GE(found.size(), 2U) << value;
    EXPECT_LE(found.front(), value);
    EXPECT_GE(found.back(), value);
    EXPECT_LT(found.front(), found.back());
  }
}

TEST(SvgPlot, TickTextHasTheDecimalsOfItsStep) {
  EXPECT_EQ(tick_text(2, 1), "2");
  EXPECT_EQ(tick_text(2.5, 0.5), "2.5");
  EXPECT_EQ(tick_text(0.15, 0.05), "0.15");
  EXPECT_EQ(tick_text(4e6, 2e6), "4e+06");
}

Plot sample_plot() {
  Plot plot{"Accuracy against latency", "latency [ms]", "accuracy [%]", {}, {}, false};
  plot.series.push_back({"front", Mark::dot, 1, true, {{0, 80, "first", ""}, {10, 90, "", ""}}});
  return plot;
}

TEST(SvgPlot, PointsLieWhereTheAxesSay) {
  // x runs from 72 to 736, y from 344 (bottom) to 52.
  const std::string picture = svg(sample_plot(), false);
  EXPECT_TRUE(contains(picture, "<polyline points=\"72.0,344.0 736.0,52.0\" class=\"line1\"/>"));
  EXPECT_TRUE(contains(picture, "<title>first</title>"));
  EXPECT_TRUE(contains(picture, ">latency [ms]</text>"));
  EXPECT_TRUE(contains(picture, ">accuracy [%]</text>"));
  EXPECT_TRUE(contains(picture, "class=\"legend\">front</text>"));
}

TEST(SvgPlot, ABarReachesFromEndToEndAndTheAxisCoversIt) {
  Plot plot = sample_plot();
  plot.series[0].points[0].bar = {80, 90};
  EXPECT_TRUE(contains(svg(plot, false), "<path d=\"M72.0 344.0V52.0M68.0 344.0h8M68.0 52.0h8\""));
  plot.series[0].points[0].bar = {60, 90};
  EXPECT_TRUE(contains(svg(plot, false), ">60</text>"));
}

TEST(SvgPlot, ThePictureGrowsWithItsLegend) {
  Plot plot = sample_plot();
  EXPECT_TRUE(contains(svg(plot, true), "width=\"760\" height=\"440\""));
  for (int i = 0; i < 5; ++i) {
    plot.series.push_back(
        {"a name that takes nearly half of a row", Mark::dot, 2, false, {{1, 85}}});
  }
  EXPECT_TRUE(contains(svg(plot, true), "viewBox=\"0 0 760 460\" width=\"760\" height=\"460\""));
  EXPECT_TRUE(contains(svg(plot, true), "y=\"448.0\" class=\"legend\""));
}

TEST(SvgPlot, PointsThatAreNotFiniteAreLeftOut) {
  Plot plot = sample_plot();
  plot.series[0].points.push_back({std::nan(""), 85, "", ""});
  EXPECT_EQ(svg(plot, false), svg(sample_plot(), false));
}

TEST(SvgPlot, NamesAreEscaped) {
  Plot plot = sample_plot();
  plot.title = "<script>alert(1)</script>";
  plot.series[0].points[0].label = "a<b";
  plot.series[0].points[0].hint = "c&d";
  plot.guides = {{5, "\"e\""}};
  const std::string picture = svg(plot, true);
  EXPECT_FALSE(contains(picture, "<script"));
  EXPECT_TRUE(contains(picture, ">a&lt;b</text>"));
  EXPECT_TRUE(contains(picture, "<title>c&amp;d</title>"));
  EXPECT_TRUE(contains(picture, ">&quot;e&quot;</text>"));
}

TEST(SvgPlot, LogarithmicAxesRunOverPowersOfTen) {
  EXPECT_EQ(powers_of_ten(2, 30000, 9), (std::vector<double>{1, 10, 100, 1000, 10000, 100000}));
  EXPECT_EQ(powers_of_ten(10, 10, 9), (std::vector<double>{10, 100}));
  Plot plot = sample_plot();
  plot.logarithmic = true;
  plot.series[0].points = {{0, 5, "", ""}, {1, 1, "", ""}, {100, 10000, "", ""}};
  const std::string picture = svg(plot, false);
  EXPECT_TRUE(contains(picture, "points=\"72.0,344.0 736.0,52.0\""));
  EXPECT_TRUE(contains(picture, ">10000</text>"));
}

TEST(SvgPlot, AFileOfItsOwnSpellsItsColours) {
  const std::string picture = svg(sample_plot(), true);
  EXPECT_FALSE(contains(picture, "--"));
  EXPECT_TRUE(contains(picture, "fill: #1c2024;"));
}

TEST(SvgPlot, AFileOfItsOwnCarriesItsStyle) {
  EXPECT_TRUE(contains(svg(sample_plot(), true), "prefers-color-scheme: dark"));
  EXPECT_TRUE(contains(svg(sample_plot(), true).substr(0, 1024), kPictureMark));
  EXPECT_FALSE(contains(svg(sample_plot(), false), "<style>"));
}

TEST(SvgPlot, AnEmptyPlotSaysSo) {
  EXPECT_TRUE(contains(svg({"t", "x", "y", {}, {}, false}, false), "there is nothing to draw"));
}

}  // namespace
}  // namespace coppice

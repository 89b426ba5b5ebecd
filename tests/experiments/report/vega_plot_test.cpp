#include "experiments/report/vega_plot.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace coppice {
namespace {

using Json = nlohmann::json;

Plot sample_plot() {
  Plot plot{"Accuracy against latency", "latency [ms]", "accuracy [%]", {}, {}, false};
  plot.series.push_back({"front",
                         Mark::dot,
                         1,
                         true,
                         {{0.5, 81, "first", "limit", "{\"ks\":[3]}"}, {10, 90, "", "", ""}}});
  plot.guides = {{5, "end of \"full\""}};
  return plot;
}

TEST(VegaPlot, HoldsThePointsAndTheirTexts) {
  const Json spec = Json::parse(vega_spec(sample_plot()));
  const Json& points = spec["data"][0]["values"];
  ASSERT_EQ(points.size(), 2U);
  EXPECT_EQ(points[0]["x"], 0.5);
  EXPECT_EQ(points[0]["hint"], "first");
  EXPECT_EQ(points[0]["network"], "{\"ks\":[3]}");
  EXPECT_FALSE(points[1].contains("hint"));
  EXPECT_EQ(spec["data"][1]["values"][0]["name"], "end of \"full\"");
  EXPECT_EQ(spec["axes"][0]["title"], "latency [ms]");
}

TEST(VegaPlot, BarsAreRulesThatTheAxisCovers) {
  Plot plot = sample_plot();
  plot.series[0].points[0].bar = {60, 95};
  const Json spec = Json::parse(vega_spec(plot));
  EXPECT_EQ(spec["data"][0]["values"][0]["low"], 60);
  EXPECT_EQ(spec["data"][0]["values"][0]["high"], 95);
  EXPECT_LE(spec["signals"][1]["value"][0], 60);
  const bool drawn = std::any_of(spec["marks"].begin(), spec["marks"].end(), [](const Json& mark) {
    return mark["type"] == "rule" && mark["from"]["data"] == "s0";
  });
  EXPECT_TRUE(drawn);
}

TEST(VegaPlot, AxesCoverAllPointsThatCanBeDrawn) {
  Plot plot = sample_plot();
  plot.series[0].points.push_back({0, 95, "", "", ""});
  const Json linear = Json::parse(vega_spec(plot));
  EXPECT_LE(linear["signals"][0]["value"][0], 0);
  EXPECT_GE(linear["signals"][1]["value"][1], 95);
  plot.logarithmic = true;
  const Json log = Json::parse(vega_spec(plot));
  EXPECT_EQ(log["scales"][0]["type"], "log");
  EXPECT_EQ(log["data"][0]["values"].size(), 2U);
  EXPECT_DOUBLE_EQ(log["signals"][0]["value"][0], 0.1);
  EXPECT_DOUBLE_EQ(log["signals"][0]["value"][1], 10);
}

TEST(VegaPlot, NoTextEndsItsScript) {
  Plot plot = sample_plot();
  plot.title = "</script><script>alert(1)</script>";
  plot.series[0].points[0].hint = "<!-- & -->";
  const std::string spec = vega_spec(plot);
  for (const char mark : {'<', '>', '&'}) EXPECT_EQ(spec.find(mark), std::string::npos) << mark;
  EXPECT_EQ(Json::parse(spec)["description"], plot.title);
}

TEST(VegaPlot, TheScriptNamesItsLicence) {
  const std::string script = vega_script();
  if (script.empty()) GTEST_SKIP() << "built without Vega: install libjs-vega";
  EXPECT_NE(script.find("University of Washington Interactive Data Lab"), std::string::npos);
  EXPECT_EQ(script.find("</script"), std::string::npos);
}

}  // namespace
}  // namespace coppice

#include "supernet/space/cost.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "supernet/space/architecture_text.hpp"

namespace coppice {
namespace {

std::string repeat(const std::vector<std::string>& pattern, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) {
    out += (i == 0 ? "" : ",") + pattern[static_cast<std::size_t>(i) % pattern.size()];
  }
  return "[" + out + "]";
}

std::string mobile_line(const std::string& ks, const std::string& e, const std::string& d, int r) {
  return R"({"ks":)" + ks + R"(,"e":)" + e + R"(,"d":)" + d + R"(,"r":[)" + std::to_string(r) +
         "]}";
}

std::string uniform_line(int depth, int expand, int kernel, int resolution, int blocks = 20) {
  std::string d = repeat({std::to_string(depth)}, 5);
  if (blocks == 21) d.insert(d.size() - 1, ",1");
  return mobile_line(repeat({std::to_string(kernel)}, blocks),
                     repeat({std::to_string(expand)}, blocks),
                     d,
                     resolution);
}

Cost cost_of(const std::string& space_name, const std::string& line) {
  const SearchSpace space = builtin_space(space_name);
  return count_cost(plan_layers(space, parse_architecture(space, line, "test")));
}

// Millions with as many decimals as the published rows print.
double millions(std::int64_t count, int decimals) {
  const double scale = std::pow(10.0, decimals);
  return std::round(static_cast<double>(count) / 1e6 * scale) / scale;
}

struct Row {
  int depth, expand, kernel, resolution;
  double mega_macs;
  double mega_params;  // 0: not published
};

class MobileNetV3Rows : public testing::TestWithParam<Row> {};

TEST_P(MobileNetV3Rows, AgreeToTheLastPrintedDigit) {
  const Row row = GetParam();
  const Cost cost =
      cost_of("ofa-mobilenetv3", uniform_line(row.depth, row.expand, row.kernel, row.resolution));
  EXPECT_DOUBLE_EQ(millions(cost.macs, 3), row.mega_macs);
  if (row.mega_params > 0) {
    EXPECT_DOUBLE_EQ(millions(cost.params, 4), row.mega_params);
  }
}

INSTANTIATE_TEST_SUITE_P(Published,
                         MobileNetV3Rows,
                         testing::Values(Row{2, 3, 3, 224, 121.279, 3.4108},
                                         Row{2, 3, 7, 224, 151.290, 3.4934},
                                         Row{2, 6, 3, 224, 222.605, 4.6728},
                                         Row{2, 6, 7, 224, 282.628, 4.8379},
                                         Row{4, 3, 3, 224, 226.194, 4.3719},
                                         Row{4, 3, 7, 224, 292.708, 4.5543},
                                         Row{4, 6, 3, 224, 433.142, 7.3000},
                                         Row{4, 6, 7, 224, 566.171, 7.6648},
                                         Row{4, 6, 7, 128, 188.248, 0},
                                         Row{4, 6, 7, 160, 291.318, 0},
                                         Row{4, 6, 7, 192, 417.292, 0},
                                         Row{2, 3, 3, 128, 41.476, 0},
                                         Row{2, 3, 3, 160, 63.241, 0},
                                         Row{2, 3, 3, 192, 89.841, 0}));

TEST(Cost, MixedMobileNetV3ArchitecturesAgree) {
  const std::string ks = repeat({"3", "5", "7"}, 20);
  const std::string e = repeat({"3", "4", "6"}, 20);
  EXPECT_DOUBLE_EQ(
      millions(cost_of("ofa-mobilenetv3", mobile_line(ks, e, "[2,3,4,2,3]", 176)).macs, 3),
      144.978);
  const Cost at_224 = cost_of("ofa-mobilenetv3", mobile_line(ks, e, "[2,3,4,2,3]", 224));
  EXPECT_DOUBLE_EQ(millions(at_224.macs, 3), 225.785);
  EXPECT_DOUBLE_EQ(millions(at_224.params, 4), 4.6459);
  const Cost deep = cost_of("ofa-mobilenetv3", mobile_line(ks, e, "[4,4,4,4,4]", 132));
  EXPECT_DOUBLE_EQ(millions(deep.macs, 3), 145.003);
  EXPECT_DOUBLE_EQ(millions(deep.params, 4), 5.6771);
}

TEST(Cost, ThePublishedNotebookResultAtWidth12Agrees) {
  SpaceParameters parameters;
  const SearchSpace space = builtin_space("ofa-mobilenetv3", parameters);
  const std::string line = mobile_line("[5,3,3,3,5,3,3,3,7,7,3,3,5,5,7,3,3,3,5,3]",
                                       "[3,3,3,3,4,4,3,3,6,3,4,3,4,4,4,3,6,6,6,3]",
                                       "[2,2,3,4,3]",
                                       192);
  const Architecture architecture = parse_architecture(space, line, "test");
  // The published row (264.009 M, 7.7119 M) is of the width-1.2 supernet if of any.
  parameters.width_mult = 1.2;
  const SearchSpace wide = builtin_space("ofa-mobilenetv3", parameters);
  const Cost narrow_cost = count_cost(plan_layers(space, architecture));
  const Cost wide_cost = count_cost(plan_layers(wide, architecture));
  EXPECT_DOUBLE_EQ(millions(wide_cost.macs, 3), 264.009) << narrow_cost.macs;
  EXPECT_DOUBLE_EQ(millions(wide_cost.params, 4), 7.7119);
}

TEST(Cost, SmallestAndLargestProxylessAgree) {
  const Cost smallest = cost_of("ofa-proxyless", uniform_line(2, 3, 3, 224, 21));
  EXPECT_DOUBLE_EQ(millions(smallest.macs, 3), 265.526);
  EXPECT_DOUBLE_EQ(millions(smallest.params, 4), 3.7188);
  const Cost largest = cost_of("ofa-proxyless", uniform_line(4, 6, 7, 224, 21));
  EXPECT_DOUBLE_EQ(millions(largest.macs, 3), 1004.908);
  EXPECT_DOUBLE_EQ(millions(largest.params, 4), 7.9421);
}

std::string resnet_line(const std::string& d, const std::string& e, const std::string& w, int r) {
  return R"({"d":)" + d + R"(,"e":)" + repeat({e}, 18) + R"(,"w":)" + repeat({w}, 6) + R"(,"r":[)" +
         std::to_string(r) + "]}";
}

TEST(Cost, PublishedResNetsAgree) {
  const Cost largest = cost_of("ofa-resnet50", resnet_line("[2,2,2,2,2]", "0.35", "2", 224));
  EXPECT_DOUBLE_EQ(millions(largest.macs, 3), 7491.644);
  EXPECT_DOUBLE_EQ(millions(largest.params, 4), 48.1060);
  const Cost smallest = cost_of("ofa-resnet50", resnet_line("[0,0,0,0,0]", "0.2", "0", 224));
  EXPECT_DOUBLE_EQ(millions(smallest.macs, 3), 962.192);
  EXPECT_DOUBLE_EQ(millions(smallest.params, 4), 6.5393);
  EXPECT_DOUBLE_EQ(
      millions(cost_of("ofa-resnet50", resnet_line("[0,0,0,0,0]", "0.2", "0", 128)).macs, 3),
      315.080);
  const Cost canonical = cost_of("ofa-resnet50", resnet_line("[2,1,2,2,1]", "0.25", "2", 224));
  EXPECT_DOUBLE_EQ(millions(canonical.macs, 3), 4328.825);
  EXPECT_DOUBLE_EQ(millions(canonical.params, 4), 25.5763);
}

TEST(Cost, PeakActivationCountsTheHeldShortcut) {
  LayerPlan plan;
  plan.input_channels = 1;
  plan.resolution = 2;
  Layer first;
  first.in_channels = 1;
  first.out_channels = 2;
  first.in_size = first.out_size = 2;
  Layer second = first;
  second.input = 0;
  second.in_channels = second.out_channels = 2;
  Layer sum = second;
  sum.kind = LayerKind::add;
  sum.input = 1;
  sum.shortcut = 0;
  plan.layers = {first, second, sum};
  // While the sum is formed three tensors of 2 x 2 x 2 floats are alive.
  EXPECT_EQ(count_cost(plan).peak_activation_bytes, 3 * 2 * 2 * 2 * 4);
}

}  // namespace
}  // namespace coppice

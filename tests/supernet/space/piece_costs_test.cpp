#include "supernet/space/piece_costs.hpp"

#include <gtest/gtest.h>

#include <string>

#include "supernet/space/architecture_text.hpp"

namespace coppice {
namespace {

class EveryBuiltinSpace : public testing::TestWithParam<std::string> {};

TEST_P(EveryBuiltinSpace, PiecesAddUpToTheCountedCost) {
  const SearchSpace space = builtin_space(GetParam());
  const PieceCosts costs(space);
  Random random(5);
  std::vector<Architecture> architectures = {space.smallest(), space.largest()};
  for (int i = 0; i < 200; ++i) architectures.push_back(space.sample(random));
  for (const Architecture& architecture : architectures) {
    const PieceCost pieces = costs.network(architecture);
    const Cost cost = count_cost(plan_layers(space, architecture));
    ASSERT_EQ(pieces.macs(), static_cast<double>(cost.macs)) << to_text(space, architecture);
    ASSERT_EQ(pieces.params, static_cast<double>(cost.params)) << to_text(space, architecture);
    ASSERT_EQ(pieces.peak_bytes, static_cast<double>(cost.peak_activation_bytes))
        << to_text(space, architecture);
  }
}

INSTANTIATE_TEST_SUITE_P(PieceCosts,
                         EveryBuiltinSpace,
                         testing::ValuesIn(builtin_space_names()),
                         [](const auto& test) {
                           std::string name = test.param;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

TEST(PieceCosts, StagesMayOfferDifferentNumbersOfChoices) {
  SpaceSpec spec = builtin_space("small").spec();
  spec.stages[0].kernels = {3};
  spec.stages[0].expands = {1, 2, 3, 6};
  spec.stages[1].kernels = {3, 5, 7, 9};
  spec.stages[1].depths = {1, 5};
  const SearchSpace space(spec);
  const PieceCosts costs(space);
  Random random(6);
  for (int i = 0; i < 200; ++i) {
    const Architecture architecture = space.sample(random);
    const Cost cost = count_cost(plan_layers(space, architecture));
    ASSERT_EQ(costs.network(architecture).macs(), static_cast<double>(cost.macs));
    ASSERT_EQ(costs.network(architecture).peak_bytes,
              static_cast<double>(cost.peak_activation_bytes));
  }
}

TEST(PieceCosts, ConvolutionsAreSplitByKind) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  const Architecture architecture = space.largest();
  double depthwise = 0;
  double pointwise = 0;
  for (const Layer& layer : plan_layers(space, architecture).layers) {
    if (layer.kind != LayerKind::conv) continue;
    if (layer.groups > 1) depthwise += static_cast<double>(count_macs(layer));
    if (layer.groups == 1 && layer.kernel == 1) pointwise += static_cast<double>(count_macs(layer));
  }
  const PieceCost cost = PieceCosts(space).network(architecture);
  EXPECT_EQ(cost.macs_depthwise, depthwise);
  EXPECT_EQ(cost.macs_pointwise, pointwise);
  EXPECT_GT(cost.macs_other, 0);
}

}  // namespace
}  // namespace coppice

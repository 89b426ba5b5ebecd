#include "supernet/space/layer_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/tiny_space.hpp"

namespace coppice {
namespace {

const Layer& layer_named(const LayerPlan& plan, const std::string& name) {
  const auto found = std::find_if(plan.layers.begin(), plan.layers.end(), [&](const Layer& layer) {
    return layer.name == name;
  });
  EXPECT_NE(found, plan.layers.end()) << name;
  return *found;
}

bool has_layer(const LayerPlan& plan, const std::string& name) {
  return std::any_of(plan.layers.begin(), plan.layers.end(), [&](const Layer& layer) {
    return layer.name == name;
  });
}

TEST(LayerPlan, WidthsRoundAsTheReference) {
  EXPECT_EQ(make_divisible(16 * 1.2), 24);
  EXPECT_EQ(make_divisible(112 * 1.2), 136);
  EXPECT_EQ(make_divisible(40 * 1.3), 56);
  EXPECT_EQ(make_divisible(3), 8);
  EXPECT_EQ(make_divisible(11.2), 16);  // 8 would be below nine tenths
}

TEST(LayerPlan, ShallowNetworksHaveNoLayersOfAbsentBlocks) {
  const SearchSpace space = tiny_space();
  const LayerPlan plan = plan_layers(space, space.smallest());
  EXPECT_TRUE(has_layer(plan, "blocks.1.depthwise"));
  EXPECT_FALSE(has_layer(plan, "blocks.2.depthwise"));
  EXPECT_TRUE(has_layer(plan, "blocks.3.squeeze_excite"));
  EXPECT_TRUE(has_layer(plan_layers(space, space.largest()), "blocks.4.add"));
}

TEST(LayerPlan, ChoicesShowInTheirLayers) {
  const SearchSpace space = tiny_space();
  Architecture a = space.smallest();
  a.genes[static_cast<std::size_t>(space.slots()[0].kernel_gene)] = 2;
  a.genes[static_cast<std::size_t>(space.slots()[0].expand_gene)] = 1;
  const LayerPlan plan = plan_layers(space, a);
  EXPECT_EQ(layer_named(plan, "blocks.1.depthwise").kernel, 7);
  EXPECT_EQ(layer_named(plan, "blocks.1.expand").out_channels, 24);
  EXPECT_EQ(plan.resolution, 12);
}

TEST(LayerPlan, ABlockHasAShortcutWhereverShapesAllow) {
  // At width 0.35 stages 3 and 4 of ProxylessNAS are equally wide and stage 4 keeps the size.
  SpaceParameters parameters;
  parameters.width_mult = 0.35;
  const SearchSpace narrow = builtin_space("ofa-proxyless", parameters);
  EXPECT_TRUE(has_layer(plan_layers(narrow, narrow.largest()), "blocks.13.add"));
  const SearchSpace wide = builtin_space("ofa-proxyless");
  EXPECT_FALSE(has_layer(plan_layers(wide, wide.largest()), "blocks.13.add"));
}

TEST(LayerPlan, ConsecutiveLayersFitTogether) {
  for (const std::string& name : builtin_space_names()) {
    const SearchSpace space = builtin_space(name);
    Random random(3);
    for (int i = 0; i < 20; ++i) {
      const LayerPlan plan = plan_layers(space, space.sample(random));
      for (const Layer& layer : plan.layers) {
        if (layer.input == kNetworkInput) continue;
        const Layer& from = plan.layers[static_cast<std::size_t>(layer.input)];
        ASSERT_EQ(from.out_channels, layer.in_channels) << layer.name;
        ASSERT_EQ(from.out_size, layer.in_size) << layer.name;
        if (layer.kind == LayerKind::add) {
          const Layer& other = plan.layers[static_cast<std::size_t>(layer.shortcut)];
          ASSERT_EQ(other.out_channels, layer.in_channels) << layer.name;
          ASSERT_EQ(other.out_size, layer.in_size) << layer.name;
        }
      }
      EXPECT_EQ(plan.layers.back().out_channels, space.spec().classes);
    }
  }
}

TEST(LayerPlan, LastUsesKeepShortcutsAlive) {
  const SearchSpace space = tiny_space();
  const LayerPlan plan = plan_layers(space, space.largest());
  const std::vector<int> uses = last_uses(plan);
  EXPECT_EQ(uses.size(), plan.layers.size() + 1);
  EXPECT_EQ(uses.back(), -1);  // nobody reads the logits
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    if (plan.layers[i].kind != LayerKind::add) continue;
    EXPECT_GE(uses[value_index(plan.layers[i].shortcut)], static_cast<int>(i));
  }
}

}  // namespace
}  // namespace coppice

#include "predictors/choice_network.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "predictors/predictor_file.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/tiny_resnet_space.hpp"
#include "tests/support/tiny_space.hpp"

namespace coppice {
namespace {

Mlp random_mlp(std::size_t inputs, const std::vector<std::size_t>& widths) {
  Random random(5);
  const auto floats = [&random](std::size_t count) {
    std::vector<float> values(count);
    for (float& value : values) value = static_cast<float>(random.normal());
    return values;
  };
  Mlp mlp;
  for (const std::size_t width : widths) {
    mlp.layers.push_back({floats(width * inputs), floats(width)});
    inputs = width;
  }
  return mlp;
}

std::vector<double> one_hot(const SearchSpace& space, const Architecture& a) {
  const ChoiceInputs inputs = choice_inputs(space, space.spec().resolutions.size());
  std::vector<double> values(inputs.count);
  for (std::size_t i = 0; i < space.slots().size(); ++i) {
    const BlockSlot& slot = space.slots()[i];
    if (!space.active(a, slot)) continue;
    if (slot.kernel_gene >= 0) {
      values[inputs.kernels[i] + a.genes[static_cast<std::size_t>(slot.kernel_gene)]] = 1;
    }
    values[inputs.expands[i] + a.genes[static_cast<std::size_t>(slot.expand_gene)]] = 1;
  }
  for (std::size_t i = 0; i < inputs.whole.size(); ++i) {
    values[inputs.whole_at[i] + a.genes[inputs.whole[i]]] = 1;
  }
  values[inputs.resolutions + a.genes[static_cast<std::size_t>(space.resolution_gene())]] = 1;
  return values;
}

double slowly(const Mlp& mlp, std::vector<double> values) {
  for (std::size_t l = 0; l < mlp.layers.size(); ++l) {
    const Mlp::Layer& layer = mlp.layers[l];
    std::vector<double> next(layer.bias.begin(), layer.bias.end());
    for (std::size_t o = 0; o < next.size(); ++o) {
      for (std::size_t i = 0; i < values.size(); ++i) {
        next[o] += static_cast<double>(layer.weights[o * values.size() + i]) * values[i];
      }
      if (l + 1 < mlp.layers.size()) next[o] = std::max(0.0, next[o]);
    }
    values = std::move(next);
  }
  return values.front();
}

ChoiceNetwork network_for(const SearchSpace& space) {
  const PredictorInfo info{"accuracy", true, space.name(), -1, space.spec().resolutions};
  const std::size_t inputs = choice_inputs(space, info.resolutions.size()).count;
  return {space, random_mlp(inputs, {17, 90, 5, 1}), 100.0, 3.0, info};
}

TEST(ChoiceNetwork, FollowsTheDefinitionInEverySpace) {
  for (const SearchSpace& space : {tiny_space(), tiny_resnet_space()}) {
    const ChoiceNetwork network = network_for(space);
    std::vector<Architecture> some{space.smallest(), space.largest()};
    Random random(6);
    while (some.size() < 131) some.push_back(space.sample(random));
    const std::vector<double> values = network.predict(some);
    for (std::size_t i = 0; i < some.size(); ++i) {
      const double expected = 3.0 + 100.0 * slowly(network.mlp(), one_hot(space, some[i]));
      ASSERT_NEAR(values[i], expected, 1e-5 * (100 + std::abs(expected)));
      ASSERT_EQ(network.predict({some[i]}).front(), values[i]) << "depends on its neighbours";
    }
  }
}

// 8 bits of precision in two hidden layers, one of an odd number of inputs.
TEST(ChoiceNetwork, ARoughOneIsNearIt) {
  const SearchSpace space = tiny_space();
  const ChoiceNetwork network = network_for(space);
  const std::unique_ptr<Predictor> rough = network.rough();
  if (!rough) GTEST_SKIP() << "this processor has no products of bfloat16";
  EXPECT_EQ(rough->info().target, network.info().target);
  std::vector<Architecture> asked;
  Random random(7);
  while (asked.size() < 200) asked.push_back(space.sample(random));
  const std::vector<double> exact = network.predict(asked);
  const std::vector<double> found = rough->predict(asked);
  const auto [least, most] = std::minmax_element(exact.begin(), exact.end());
  double largest = 0;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    largest = std::max(largest, std::abs(found[i] - exact[i]));
  }
  EXPECT_GT(largest, 0);
  EXPECT_LT(largest, 0.05 * (*most - *least));
}

TEST(ChoiceNetwork, NamesItsInputs) {
  const SearchSpace space = tiny_space();
  const auto names = choice_input_names(space, {12, 16});
  EXPECT_EQ(names.size(), choice_inputs(space, 2).count);
  EXPECT_EQ(names.front(), "slot0.kernel=3");
  EXPECT_EQ(names.back(), "resolution=16");
}

TEST(ChoiceNetwork, ASavedOneIsLoadedAsItWas) {
  const TemporaryFolder folder;
  const SearchSpace space = tiny_space();
  const ChoiceNetwork network = network_for(space);
  save_predictor(folder / "n.h5", network, space);
  EXPECT_EQ(load_predictor(folder / "n.h5", space)->predict({space.largest()}),
            network.predict({space.largest()}));
  SpaceSpec other = space.spec();
  other.stages[0].kernels = {3, 5, 9};
  EXPECT_EQ(
      message_of([&] { static_cast<void>(load_predictor(folder / "n.h5", SearchSpace(other))); }),
      (folder / "n.h5").string() +
          " was made for another version of the space tiny: their kernels or expansions differ");
}

TEST(ChoiceNetwork, LayersThatDoNotFitAreRefused) {
  Mlp mlp = random_mlp(4, {3, 1});
  EXPECT_NO_THROW(mlp.check(4, "net"));
  EXPECT_EQ(message_of([&] { mlp.check(5, "net"); }),
            "net: layer 0 has 12 weights and 3 outputs; with 5 inputs it needs 15 weights");
  mlp.layers[1].bias[0] = std::nanf("");
  EXPECT_EQ(message_of([&] { mlp.check(4, "net"); }),
            "net: layer 1 has a value that is not finite");
  EXPECT_EQ(message_of([] {
              random_mlp(4, {3, 2}).check(4, "net");
            }),
            "net has 2 outputs, a predictor has 1");
  EXPECT_EQ(message_of([] { random_mlp(4, {1}).check(4, "net"); }),
            "net has 1 layers, at least 2 are needed");
}

}  // namespace
}  // namespace coppice

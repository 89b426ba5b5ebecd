#include "experiments/commands/measured_networks.hpp"

#include <gtest/gtest.h>

#include "predictors/fit.hpp"
#include "tests/support/fake_evaluator.hpp"

namespace coppice {
namespace {

const SearchSpace& space() {
  static const SearchSpace tiny = tiny_search_space();
  return tiny;
}

const std::vector<MeasuredTarget> kBoth{{"accuracy", true}, {"latency_ms", false}};

TEST(MeasuredNetworks, WhatIsKnownStaysAndWhatIsMissingIsAdded) {
  MeasuredNetworks measured({space().name(), {}, {}}, kBoth);
  const Architecture network = space().largest();
  EXPECT_EQ(measured.value(network, "accuracy"), nullptr);
  measured.add({network, {{"accuracy", 90}}, {}});
  EXPECT_FALSE(measured.complete(network));
  measured.add({network, {{"accuracy", 50}, {"latency_ms", 3}}, {2.5, 3.5}});
  EXPECT_TRUE(measured.complete(network));
  EXPECT_EQ(*measured.value(network, "accuracy"), 90);
  EXPECT_EQ(*measured.value(network, "latency_ms"), 3);
  ASSERT_EQ(measured.table().rows.size(), 1U);
  EXPECT_EQ(measured.table().rows[0].latency_samples_ms.size(), 2U);
}

TEST(MeasuredNetworks, RepeatedRowsAreAveraged) {
  const Architecture network = space().largest();
  const MeasuredNetworks measured(
      {space().name(), {{network, {{"accuracy", 90}}, {}}, {network, {{"accuracy", 92}}, {}}}, {}},
      kBoth);
  EXPECT_EQ(*measured.value(network, "accuracy"), 91);
  EXPECT_EQ(measured.table().rows.size(), 1U);
}

// Half of the networks have no latency: accuracies are not lost for it.
TEST(MeasuredNetworks, EachTargetIsFittedToAllThatHaveItAsFitWould) {
  const FakeEvaluator truth(space(), {"noise0", "gain0"});
  MeasuredNetworks measured({space().name(), {}, {}}, kBoth);
  Random random(4);
  while (measured.table().rows.size() < 40) {
    const Architecture network = space().sample(random);
    const auto values = truth.values(network);
    Measurement row{network, {{"accuracy", 80 + values[0]}}, {}};
    if (measured.table().rows.size() % 2 == 0) row.targets["latency_ms"] = 1 + values[1];
    measured.add(row);
  }
  const auto fits = fit_targets(space(), measured, 7);
  ASSERT_EQ(fits.size(), 2U);
  EXPECT_EQ(fits[0].summary().n, 40U);
  EXPECT_EQ(fits[1].summary().n, 20U);
  EXPECT_TRUE(fits[0].info().maximize);
  FitOptions options;
  options.seed = 7;
  EXPECT_EQ(fits[0].predict({space().largest()}),
            fit(space(), measured.table(), "accuracy", options).predict({space().largest()}));
}

}  // namespace
}  // namespace coppice

#include "export/deployment.hpp"

#include <gtest/gtest.h>

#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

DeployedNetwork network(const std::string& name, double making_g, double each_g) {
  return {name, std::nullopt, exactly(making_g), {each_g / 2, each_g, each_g * 2}};
}

TEST(Deployment, TotalsAddMakingAndAllInferences) {
  const auto totals = deployment_totals({network("a", 500, 1e-6)}, 1e9);
  ASSERT_EQ(totals.size(), 1U);
  EXPECT_DOUBLE_EQ(totals[0].making_kg->nominal, 0.5);
  EXPECT_DOUBLE_EQ(totals[0].running_kg.nominal, 1);
  EXPECT_DOUBLE_EQ(totals[0].total_kg->nominal, 1.5);
  EXPECT_DOUBLE_EQ(totals[0].total_kg->low, 1);
  EXPECT_DOUBLE_EQ(totals[0].total_kg->high, 2.5);
}

TEST(Deployment, SciIsAllOfItForOneInference) {
  DeployedNetwork known = network("a", 500, 1e-6);
  known.embodied_each_g = exactly(2e-6);
  const auto totals = deployment_totals({known, network("b", 1, 1)}, 1e9);
  EXPECT_NEAR(totals[0].embodied_kg->nominal, 2, 1e-12);
  EXPECT_NEAR(totals[0].total_kg->nominal, 1.5, 1e-12);  // the operational carbon is what it was
  EXPECT_NEAR(totals[0].sci_g->nominal, 3.5e-6, 1e-15);
  EXPECT_FALSE(totals[1].sci_g.has_value());
}

TEST(Deployment, TheDearerToMakePaysFromSomeInferencesOn) {
  const auto cheap = network("cheap", 100, 3e-6);
  const auto tuned = network("tuned", 400, 1e-6);
  EXPECT_DOUBLE_EQ(*break_even_inferences(cheap, tuned), 1.5e8);
  EXPECT_FALSE(break_even_inferences(cheap, network("worse", 400, 4e-6)));
  EXPECT_DOUBLE_EQ(*break_even_inferences(cheap, network("better", 50, 2e-6)), 0);
}

TEST(Deployment, MakingThatIsNotKnownIsNotTakenForNothing) {
  DeployedNetwork unknown = network("a", 0, 1e-6);
  unknown.making_g.reset();
  unknown.embodied_each_g = exactly(2e-6);
  const auto totals = deployment_totals({unknown}, 1e9);
  EXPECT_FALSE(totals[0].making_kg.has_value());
  EXPECT_FALSE(totals[0].total_kg.has_value());
  EXPECT_DOUBLE_EQ(totals[0].running_kg.nominal, 1);
  EXPECT_FALSE(totals[0].sci_g.has_value());
  EXPECT_FALSE(break_even_inferences(unknown, network("b", 400, 1e-7)));
}

TEST(Deployment, TheLeastIsNamedOnlyWhereItIsCertain) {
  DeployedNetwork unknown = network("unknown", 0, 1e-6);
  unknown.making_g.reset();
  const auto least = [](const std::vector<DeployedNetwork>& networks) {
    return least_total(deployment_totals(networks, 1e9));
  };
  EXPECT_EQ(least({network("a", 500, 2e-6), network("b", 100, 1e-6)}), 1U);
  // It costs 1 kg to run and more to make: nobody knows whether 1.1 kg is less.
  EXPECT_FALSE(least({network("a", 100, 1e-6), unknown}));
  EXPECT_EQ(least({unknown, network("a", 100, 5e-7)}), 1U);
  EXPECT_FALSE(least({unknown}));
}

TEST(Deployment, NoInferencesAreAnError) {
  EXPECT_EQ(message_of([] { (void)deployment_totals({}, 0); }), "--inferences = 0, must be > 0");
}

}  // namespace
}  // namespace coppice

#include "export/scenario_cost.hpp"

#include <gtest/gtest.h>

#include "tests/support/energy_rows.hpp"

namespace coppice {
namespace {

TEST(ScenarioCost, ARunTrainsMeasuresAndFitsOnce) {
  const ScenarioCost cost = metered_cost({spent("train", 1000),
                                          spent("measure", 200),
                                          spent("fit accuracy", 30),
                                          spent("fit latency_ms", 4),
                                          spent("search", 50),
                                          spent("search", 7),
                                          spent("export", 3)});
  EXPECT_DOUBLE_EQ(cost.fixed_j.nominal, 1234);
  EXPECT_DOUBLE_EQ(cost.each_j.nominal, 60);
  EXPECT_EQ(cost.basis, "measured; modelled");
}

TEST(ScenarioCost, ScenariosOfOneCallShareWhatItSpends) {
  const ScenarioCost cost = metered_cost({spent("train", 1000),
                                          spent("search 1", 50),
                                          spent("search 2", 30),
                                          spent("search 2", 10),
                                          spent("export", 30)});
  EXPECT_DOUBLE_EQ(cost.each_j.nominal, 60);
}

TEST(ScenarioCost, SearchesThatWereCarriedOutCostTheirMeanWithTheirSpread) {
  const ScenarioCost cost = per_model_cost(
      {spent("scenario 1", 100), spent("scenario 1", 200), spent("scenario 2", 500)});
  EXPECT_DOUBLE_EQ(cost.fixed_j.nominal, 0);
  EXPECT_DOUBLE_EQ(cost.each_j.nominal, 400);
  EXPECT_DOUBLE_EQ(cost.each_j.low, 300);
  EXPECT_DOUBLE_EQ(cost.each_j.high, 500);
  EXPECT_EQ(cost.basis, "modelled");
}

TEST(ScenarioCost, FineTuningIsPaidForEachScenario) {
  const ScenarioCost run = metered_cost({lasting("train", 1000, 100), lasting("search", 10, 1)});
  const ScenarioCost tuned =
      with_finetuning(run, {{lasting("finetune", 100, 10)}, {lasting("finetune", 140, 14)}});
  EXPECT_EQ(tuned.method, "this run, networks fine-tuned");
  EXPECT_DOUBLE_EQ(tuned.fixed_j.nominal, 1000);
  EXPECT_DOUBLE_EQ(tuned.each_j.nominal, 10 + 120);
  EXPECT_DOUBLE_EQ(tuned.each_s.value(), 1 + 12);
}

TEST(ScenarioCost, WhatIsPartlyModelledIsNeverCalledMeasured) {
  EnergyRow measured = spent("scenario 1", 100);
  measured.basis = "measured (rapl)";
  EnergyRow modelled = spent("scenario 2", 100);
  modelled.basis = "modelled";
  EXPECT_EQ(per_model_cost({measured, modelled, measured}).basis, "measured (rapl); modelled");
  const ScenarioCost run = metered_cost({measured});
  EXPECT_EQ(with_finetuning(run, {{modelled}, {measured}}).basis, "measured (rapl); modelled");
}

TEST(ScenarioCost, TotalsGrowByTheCostOfEachScenario) {
  ScenarioCost cost;
  cost.fixed_j = exactly(100);
  cost.each_j = exactly(7);
  EXPECT_DOUBLE_EQ(total_joules(cost, 1), 107);
  EXPECT_DOUBLE_EQ(total_joules(cost, 40), 380);
  EXPECT_EQ(curve_scenarios().front(), 1);
  EXPECT_EQ(curve_scenarios().back(), 1000);
}

TEST(ScenarioCost, PublishedSearchesAreThePerModelMethodsOrTheOneNamed) {
  EXPECT_EQ(published_searches("").size(), 10U);
  for (const ScenarioCost& cost : published_searches("")) {
    EXPECT_FALSE(cost.published->train_once) << cost.method;
    EXPECT_TRUE(cost.carried_out.empty()) << cost.method;
  }
  ASSERT_EQ(published_searches("DARTS").size(), 1U);
  EXPECT_EQ(published_searches("DARTS").front().method, "DARTS");
}

TEST(ScenarioCost, ASearchThatMeasuresServesTheScenarioThatWasSearchedBefore) {
  const ScenarioCost cost = metered_cost({spent("search 1", 50),
                                          spent("search 2", 30),
                                          spent("search and measure 1", 200),
                                          spent("search and measure 2", 120)});
  EXPECT_DOUBLE_EQ(cost.each_j.nominal, 200);
}

}  // namespace
}  // namespace coppice

#include "export/comparison.hpp"

#include <gtest/gtest.h>

#include <map>

#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/energy_rows.hpp"

namespace coppice {
namespace {

const ComparisonRow& row_of(const Comparison& comparison, std::string_view method) {
  for (const auto& row : comparison.rows) {
    if (row.method == method) return row;
  }
  throw Error(text("no row ", method));
}

ScenarioCost measured(const std::string& method, double fixed_j, double each_j) {
  return {method, exactly(fixed_j), exactly(each_j), "measured", "this run's energy.csv", {}};
}

const GridIntensity kGrid{"XXX", "Test", 500, 2026, "the test"};

TEST(Comparison, PublishedRowsComeFromExactHours) {
  const Comparison comparison = compare_published(40);
  ASSERT_EQ(comparison.rows.size(), 15U);
  const ComparisonRow& mnasnet = row_of(comparison, "MnasNet");
  EXPECT_EQ(mnasnet.gpu_hours, 1600000);
  EXPECT_NEAR(mnasnet.co2e_kg.nominal, 205822, 0.5);
  EXPECT_NEAR(mnasnet.energy_kwh.nominal, 1600000 * 0.1881486 * 1.58, 1);
  EXPECT_EQ(mnasnet.source, "Cai et al. 2020, table 1; Strubell et al. 2019, table 3");
  EXPECT_EQ(mnasnet.basis, "as reported (GPU-hours for ImageNet x 188 W x PUE 1.58)");
  EXPECT_NEAR(row_of(comparison, "OFA w/ PS").co2e_kg.nominal, 160, 0.5);
}

TEST(Comparison, ReportedHoursAreKnownToWithinAFactorOfTwo) {
  const ComparisonRow row = row_of(compare_published(40), "DARTS");
  EXPECT_NEAR(row.co2e_kg.low, row.co2e_kg.nominal / 2, 1e-6);
  EXPECT_NEAR(row.co2e_kg.high, row.co2e_kg.nominal * 2, 1e-6);
  EXPECT_NEAR(row.energy_kwh.low, row.energy_kwh.nominal / 2, 1e-6);
}

TEST(Comparison, PrintedFiguresStandBesideTheExactOnesAndSayHowTheyFollow) {
  const Comparison comparison = compare_published(40);
  const PrintedFigures mobile = row_of(comparison, "MobileNetV3-Large").printed.value();
  EXPECT_EQ(mobile.scenarios, 40);
  EXPECT_EQ(mobile.gpu_hours, 7200);
  EXPECT_EQ(mobile.co2e_lb, 1800);
  EXPECT_EQ(mobile.dollars, 22200);
  EXPECT_EQ(to_text(mobile.co2e_check), "inconsistent with the paper's own hours");
  const PrintedFigures ofa = row_of(comparison, "OFA w/ PS").printed.value();
  EXPECT_EQ(ofa.co2e_lb, 340);
  EXPECT_EQ(to_text(ofa.co2e_check), "reproduced from the paper's rounded hours");
  EXPECT_EQ(to_text(row_of(comparison, "NASNet-A").printed->co2e_check),
            "reproduced from exact hours");
}

TEST(Comparison, AnotherGridChangesAllRowsAndIsNamed) {
  const Comparison comparison = compare_published(40, kGrid);
  for (const auto& row : comparison.rows) {
    EXPECT_NEAR(row.co2e_kg.nominal, row.energy_kwh.nominal * 0.5, 1e-6) << row.method;
    EXPECT_GT(row.co2e_kg.high, row.co2e_kg.nominal * 2) << row.method;
  }
  EXPECT_NE(comparison.note.find("PUE 1.58 and 500 g CO2e/kWh (Test, 2026, the test);"),
            std::string::npos);
  EXPECT_NE(compare_published(40).note.find("433 g CO2e/kWh (USA, 2018, the papers' own)"),
            std::string::npos);
}

TEST(Comparison, OneThirteenHundredthHoldsForMnasNetAtFortyScenariosOnly) {
  const auto ratio = [](int scenarios) {
    const Comparison comparison = compare_published(scenarios);
    return row_of(comparison, "MnasNet").co2e_kg.nominal /
           row_of(comparison, "OFA w/ PS").co2e_kg.nominal;
  };
  EXPECT_NEAR(ratio(40), 1290, 1);
  EXPECT_NEAR(ratio(1), 32.3, 0.1);
}

TEST(Comparison, ForOneScenarioTrainOnceCostsMoreThanProxyless) {
  const Comparison comparison = compare_published(1);
  EXPECT_EQ(row_of(comparison, "OFA w/ PS").gpu_hours, 1240);
  EXPECT_EQ(row_of(comparison, "ProxylessNAS").gpu_hours, 500);
}

TEST(Comparison, BreakEvenIsTheSmallestWholeNumberOfScenarios) {
  struct Expected {
    std::int64_t plain, epochs25, epochs75;
  };
  const std::map<std::string, Expected> table = {{"MnasNet", {1, 1, 1}},
                                                 {"NASNet-A", {1, 1, 1}},
                                                 {"MobileNetV2 #1200", {2, 2, 2}},
                                                 {"FBNet-C", {3, 3, 3}},
                                                 {"SinglePathNAS", {3, 3, 3}},
                                                 {"ProxylessNAS", {3, 3, 3}},
                                                 {"DARTS", {4, 4, 5}},
                                                 {"AutoSlim", {4, 4, 5}},
                                                 {"MobileNetV3-Large", {7, 8, 12}},
                                                 {"MobileNetV2", {9, 10, 17}}};
  const Comparison comparison = compare_published(40);
  ASSERT_EQ(comparison.break_even.size(), table.size());
  for (const BreakEven& point : comparison.break_even) {
    const std::string& method = point.method;
    const Expected& expected = table.at(method);
    EXPECT_EQ(point.scenarios, expected.plain) << method;
    EXPECT_EQ(published_break_even(find_nas_method(method), 25), expected.epochs25) << method;
    EXPECT_EQ(published_break_even(find_nas_method(method), 75), expected.epochs75) << method;
  }
}

TEST(Comparison, BreakEvenIsWhereTheCurvesCross) {
  for (const auto& method : nas_methods()) {
    if (method.train_once) continue;
    const auto scenarios = published_break_even(method, 0);
    ASSERT_TRUE(scenarios.has_value()) << method.name;
    const ScenarioCost ofa = published_cost(find_nas_method("OFA w/ PS"));
    const ScenarioCost other = published_cost(method);
    EXPECT_LE(total_joules(ofa, *scenarios), total_joules(other, *scenarios)) << method.name;
    if (*scenarios > 1) {
      EXPECT_GT(total_joules(ofa, *scenarios - 1), total_joules(other, *scenarios - 1))
          << method.name;
    }
  }
}

TEST(Comparison, BreakEvenCanBeNeverAndATieCounts) {
  EXPECT_EQ(break_even_scenarios(100, 10, 0, 10), std::nullopt);
  EXPECT_EQ(break_even_scenarios(100, 20, 0, 10), std::nullopt);
  EXPECT_EQ(break_even_scenarios(100, 0, 0, 10), 10);
  EXPECT_EQ(break_even_scenarios(100.5, 0, 0, 10), 11);
  EXPECT_EQ(break_even_scenarios(0.3, 0, 0, 0.1), 3);  // 0.3 / 0.1 is a little below 3
  EXPECT_EQ(break_even_scenarios(5, 5, 10, 0), 1);
}

TEST(Comparison, OnlyPublishedFinetuningIsKnown) {
  EXPECT_EQ(message_of([] { (void)published_break_even(find_nas_method("DARTS"), 10); }),
            "finetune epochs = 10, must be 0, 25 or 75: the paper reports no other");
}

TEST(Comparison, MeasuredRunAgainstMeasuredSearches) {
  const Comparison comparison = compare_run(
      measured("this run", 3.6e6, 0.36e6), {measured("from scratch", 0, 1.8e6)}, kGrid, 10);
  ASSERT_EQ(comparison.rows.size(), 2U);
  EXPECT_EQ(comparison.rows[0].method, "this run");
  EXPECT_DOUBLE_EQ(comparison.rows[0].energy_kwh.nominal, 2);
  EXPECT_DOUBLE_EQ(comparison.rows[0].co2e_kg.nominal, 1);
  EXPECT_DOUBLE_EQ(comparison.rows[1].energy_kwh.nominal, 5);
  EXPECT_FALSE(comparison.rows[0].gpu_hours.has_value());
  EXPECT_FALSE(comparison.rows[0].printed.has_value());
  ASSERT_EQ(comparison.break_even.size(), 1U);
  EXPECT_EQ(comparison.break_even[0].method, "from scratch");
  EXPECT_EQ(comparison.break_even[0].scenarios, 3);  // 3.6 / 1.44 = 2.5
  EXPECT_TRUE(comparison.break_even[0].comparable);
  EXPECT_EQ(comparison.note, "every row is charged at " + describe(kGrid));
}

TEST(Comparison, BreakEvenHasTheSpreadOfTheScenariosCarriedOut) {
  const ScenarioCost searches = per_model_cost(
      {spent("scenario 1", 100), spent("scenario 2", 300), spent("scenario 3", 200)});
  EXPECT_EQ(searches.carried_out, (std::vector<double>{100, 300, 200}));
  const Comparison comparison = compare_run(measured("this run", 900, 0), {searches}, kGrid, 10);
  EXPECT_EQ(comparison.break_even[0].scenarios, 5);  // 900 / 200, rounded up
  EXPECT_EQ(comparison.break_even[0].earliest, 3);   // 900 / 300
  EXPECT_EQ(comparison.break_even[0].latest, 9);     // 900 / 100
  // 900 J against 2000 J.
  EXPECT_NEAR(saving_against(comparison, searches).nominal, 0.55, 1e-12);
  EXPECT_NEAR(saving_against(comparison, searches).low, 0.1, 1e-12);   // against 1000 J
  EXPECT_NEAR(saving_against(comparison, searches).high, 0.7, 1e-12);  // against 3000 J
  EXPECT_EQ(compare_run(measured("a", 1, 1), {measured("b", 1, 2)}, kGrid, 1).break_even[0].latest,
            std::nullopt);
}

TEST(Comparison, EmbodiedCarbonStandsBesideOperationalAndBothInSci) {
  const ScenarioCost run =
      metered_cost({lasting("train", 3.6e6, 3600), lasting("search", 0.36e6, 360)});
  Comparison comparison = compare_run(run, {published_cost(find_nas_method("DARTS"))}, kGrid, 10);
  const Estimate before = comparison.rows[0].co2e_kg;
  DeviceProfile machine;
  machine.id = "box";
  EXPECT_EQ(
      message_of([&] { add_embodied(comparison, machine); }),
      "profile 'box' has no embodied.kgCO2e and embodied.lifetime_h; add them to the profile");
  machine.embodied_kg = 1000;
  machine.lifetime_hours = 10000;
  add_embodied(comparison, machine);
  // One hour and ten times a tenth: 2 h of 10,000, of 1000 kg.
  EXPECT_NEAR(comparison.rows[0].embodied_kg->nominal, 0.2, 1e-12);
  EXPECT_EQ(comparison.rows[0].co2e_kg.nominal, before.nominal);
  // 2 kWh at 500 g and the embodied 0.2 kg, for ten networks.
  EXPECT_NEAR(comparison.rows[0].sci_kg->nominal, (1.0 + 0.2) / 10, 1e-12);
  EXPECT_FALSE(comparison.rows[1].embodied_kg.has_value());
  EXPECT_FALSE(comparison.rows[1].sci_kg.has_value());
}

TEST(Comparison, WhatPapersReportHasNoBreakEvenWithARun) {
  const Comparison comparison = compare_run(
      measured("this run", 3.6e6, 0), {published_cost(find_nas_method("ProxylessNAS"))}, kGrid, 5);
  ASSERT_EQ(comparison.break_even.size(), 1U);
  EXPECT_FALSE(comparison.break_even[0].comparable);
  EXPECT_EQ(comparison.break_even[0].scenarios, std::nullopt);
  EXPECT_EQ(comparison.note,
            "every row is charged at " + describe(kGrid) +
                "; what papers report stands there for scale: their data, machines and boundaries "
                "are others, so no break-even follows");
  // The same grid for both: 500 g/kWh, not the paper's.
  const ComparisonRow& reported = comparison.rows[1];
  EXPECT_NEAR(reported.co2e_kg.nominal, reported.energy_kwh.nominal * 0.5, 1e-9);
}

TEST(Comparison, CostWithoutABasisIsRefused) {
  ScenarioCost cost = measured("mystery", 1, 1);
  cost.basis.clear();
  EXPECT_EQ(message_of([&] { (void)compare_run(cost, {}, kGrid, 1); }),
            "the cost of 'mystery' does not say how it is known");
}

TEST(Comparison, ScenariosMustBePositive) {
  EXPECT_EQ(message_of([] { (void)compare_published(0); }),
            "--scenarios = 0, must be 1 to 1000000");
  EXPECT_EQ(message_of([] { (void)compare_run(measured("a", 1, 1), {}, kGrid, -1); }),
            "--scenarios = -1, must be 1 to 1000000");
}

}  // namespace
}  // namespace coppice

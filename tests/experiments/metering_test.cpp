#include "experiments/metering.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "predictors/energy_csv.hpp"
#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

TEST(PhaseMeter, EachPhaseBecomesARowOfTheRun) {
  const TemporaryFolder run;
  PhaseMeter meter;
  meter.begin("search 1");
  meter.begin("search 2");
  meter.record(run.path());
  const auto rows = read_energy_csv(run / "energy.csv");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].phase, "search 1");
  EXPECT_EQ(rows[1].phase, "search 2");
  EXPECT_EQ(rows[0].timestamp.size(), std::string("2026-11-23T08:00:00Z").size());
  EXPECT_EQ(rows[0].timestamp.back(), 'Z');
}

TEST(PhaseMeter, WhatAKilledProcessRecordedLastStays) {
  const TemporaryFolder run;
  PhaseMeter earlier;
  earlier.begin("fit");
  earlier.record(run.path());
  PhaseMeter meter;
  meter.begin("measure");
  meter.begin("train");
  for (const double joules : {1e6, 3e6}) {
    meter.set_others({joules, 0, 0});  // beside which this process's own are nothing
    meter.record_so_far(run.path());
    const auto rows = read_energy_csv(run / "energy.csv");
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].phase, "fit");
    EXPECT_EQ(rows[1].phase, "measure");
    EXPECT_EQ(rows[2].phase, "train");
    EXPECT_NEAR(rows[2].energy_j.nominal, joules, 1e3);
  }
  meter.set_others({4e6, 0, 0});
  meter.record(run.path());
  const auto rows = read_energy_csv(run / "energy.csv");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_NEAR(rows[2].energy_j.nominal, 4e6, 1e3);
}

TEST(PhaseMeter, ChargesTheGridAndTheOverheadOfItsPlace) {
  const TemporaryFolder run;
  ChargeOptions charge;
  charge.grid = "FRA";
  charge.pue = 1.5;
  PhaseMeter meter(charge);
  meter.begin("train");
  meter.set_others({1e6, 0, 0});  // beside which this process's own are nothing
  const SpentEnergy spent = meter.spent();
  EXPECT_NEAR(spent.energy_j.nominal, 1.5e6, 1e3);
  meter.record(run.path());
  const auto rows = read_energy_csv(run / "energy.csv");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].grid.iso3, "FRA");
  EXPECT_DOUBLE_EQ(rows[0].pue, 1.5);
  EXPECT_NEAR(rows[0].co2e_g.nominal,
              spent.energy_j.nominal * rows[0].grid.grams_per_kwh / 3.6e6,
              1e-9 * spent.co2e_g.nominal);
}

TEST(PhaseMeter, ItsModelTakesTheDesignPowerThatIsGiven) {
  const auto description_at = [](double tdp) {
    ChargeOptions charge;
    charge.tdp = tdp;
    return PhaseMeter(charge).description();
  };
  if (description_at(0).find("model") == std::string::npos) {
    GTEST_SKIP() << "a counter answers here";
  }
  EXPECT_NE(description_at(123).find("123"), std::string::npos) << description_at(123);
}

TEST(PhaseMeter, AGridThatNobodyKnowsIsRefusedWithTheNearest) {
  ChargeOptions charge;
  charge.grid = "Germny";
  const std::string message = message_of([&] { PhaseMeter meter(charge); });
  EXPECT_NE(message.find("Germany"), std::string::npos) << message;
}

TEST(PhaseMeter, TellsWhatThePhaseSpentAndHowItIsKnown) {
  PhaseMeter meter;
  meter.begin("work");
  const Seconds start = meter.clock().now();
  while (meter.clock().now() - start < Seconds(0.02)) {
  }
  const SpentEnergy spent = meter.spent();
  EXPECT_GE(spent.duration.value(), 0.02);
  EXPECT_GT(spent.energy_j.nominal, 0);
  EXPECT_LE(spent.energy_j.low, spent.energy_j.nominal);
  EXPECT_GT(spent.co2e_g.nominal, 0);
  EXPECT_NE(spent.basis, "");
}

TEST(RunEnergy, NoRunMeansNoFile) {
  RunEnergy energy("");
  energy.begin("search");
  energy.record();
  EXPECT_FALSE(std::filesystem::exists("energy.csv"));
}

TEST(RunEnergy, HoldsTheRunFromTheStart) {
  const TemporaryFolder run;
  const RunEnergy first(run.path());
  const std::string message = message_of([&] { const RunEnergy second(run.path()); });
  EXPECT_NE(message.find(run.path().string()), std::string::npos) << message;
  EXPECT_NE(message.find(std::to_string(::getpid())), std::string::npos) << message;
}

TEST(Metering, TheProcessorHasAName) { EXPECT_FALSE(processor_name().empty()); }

TEST(PhaseMeter, WhatOtherProcessesSpentCounts) {
  PhaseMeter meter;
  meter.begin("train");
  meter.set_others({50, 5, 7});
  EXPECT_GE(meter.so_far().nominal, 62);
  EXPECT_GE(meter.spent().energy_j.nominal, 62);
  EXPECT_LT(meter.own_joules(true)[0], 50);  // the others' is not its own
  EXPECT_EQ(meter.own_joules(false)[2], 0);  // of a machine's memory one process tells
}

}  // namespace
}  // namespace coppice

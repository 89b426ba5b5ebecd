#include "predictors/carbon.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/fake_meter.hpp"

namespace coppice {
namespace {

const GridIntensity kGrid{"XXX", "Test", 500, 2026, "the test"};

TEST(Carbon, ThirtySixHundredJoulesAtFiveHundredGramsAreHalfAGram) {
  FakeMeter meter;
  FakeClock clock;
  CarbonLedger ledger(meter, clock, kGrid);
  {
    const auto scope = ledger.phase("train");
    meter.use(Joules(3600));
    clock.advance(Seconds(12));
  }
  ASSERT_EQ(ledger.records().size(), 1U);
  const PhaseRecord& record = ledger.records()[0];
  EXPECT_EQ(record.phase, "train");
  EXPECT_EQ(record.duration.value(), 12);
  EXPECT_EQ(record.energy_j.nominal, 3600);
  EXPECT_DOUBLE_EQ(record.co2e_g.nominal, 0.5);
  // The meter is exact, the grid is known to within 10 %.
  EXPECT_DOUBLE_EQ(record.co2e_g.high, 0.55);
  EXPECT_DOUBLE_EQ(record.co2e_g.low, 0.5 / 1.1);
}

TEST(Carbon, EnergyOutsidePhasesIsNotCharged) {
  FakeMeter meter;
  FakeClock clock;
  CarbonLedger ledger(meter, clock, kGrid);
  meter.use(Joules(1000));
  {
    const auto scope = ledger.phase("search");
    meter.use(Joules(5));
  }
  meter.use(Joules(1000));
  EXPECT_EQ(ledger.total().energy_j.nominal, 5);
}

TEST(Carbon, PhaseEndsOnceEvenWhenEndedByHand) {
  FakeMeter meter;
  FakeClock clock;
  CarbonLedger ledger(meter, clock, kGrid);
  {
    auto scope = ledger.phase("measure");
    meter.use(Joules(7));
    scope.end();
    meter.use(Joules(100));
  }
  ASSERT_EQ(ledger.records().size(), 1U);
  EXPECT_EQ(ledger.records()[0].energy_j.nominal, 7);
}

TEST(Carbon, MovedScopeEndsOnce) {
  FakeMeter meter;
  FakeClock clock;
  CarbonLedger ledger(meter, clock, kGrid);
  {
    auto scope = ledger.phase("fit");
    const auto moved = std::move(scope);
    meter.use(Joules(2));
  }
  ASSERT_EQ(ledger.records().size(), 1U);
  EXPECT_EQ(ledger.records()[0].phase, "fit");
  EXPECT_EQ(ledger.records()[0].energy_j.nominal, 2);
}

TEST(Carbon, PhaseThatThrowsIsStillRecorded) {
  FakeMeter meter;
  FakeClock clock;
  CarbonLedger ledger(meter, clock, kGrid);
  try {
    const auto scope = ledger.phase("train");
    meter.use(Joules(9));
    throw Error("interrupted");
  } catch (const Error&) {
  }
  EXPECT_EQ(ledger.total().energy_j.nominal, 9);
}

TEST(Carbon, PhasesDoNotNest) {
  FakeMeter meter;
  FakeClock clock;
  CarbonLedger ledger(meter, clock, kGrid);
  auto scope = ledger.phase("train");
  EXPECT_EQ(message_of([&] { (void)ledger.phase("fit"); }),
            "phase 'fit' cannot start while 'train' is running");
  scope.end();
  EXPECT_EQ(message_of([&] { (void)ledger.phase(""); }), "a phase needs a name");
  EXPECT_EQ(message_of([&] { (void)ledger.phase("fit"); }), "no error");
}

TEST(Carbon, TotalAddsPhases) {
  FakeMeter meter;
  FakeClock clock;
  CarbonLedger ledger(meter, clock, kGrid);
  for (const double joules : {3600.0, 7200.0}) {
    const auto scope = ledger.phase("train");
    meter.use(Joules(joules));
    clock.advance(Seconds(10));
  }
  const PhaseRecord total = ledger.total();
  EXPECT_EQ(total.phase, "total");
  EXPECT_EQ(total.duration.value(), 20);
  EXPECT_EQ(total.energy_j.nominal, 10800);
  EXPECT_EQ(total.energy.cpu.energy.value(), 10800);
  EXPECT_EQ(total.energy.cpu.method, "fake");
  EXPECT_DOUBLE_EQ(total.co2e_g.nominal, 1.5);
}

TEST(Carbon, DataCentreMultipliesEnergyAndAddsItsUncertainty) {
  EnergyReading reading;
  reading.cpu = {Joules(100), "fake", true, 1.0};
  const Estimate at_home = energy_estimate(reading, 1.0);
  EXPECT_EQ(at_home.low, 100);
  EXPECT_EQ(at_home.high, 100);
  const Estimate hosted = energy_estimate(reading, 1.5);
  EXPECT_DOUBLE_EQ(hosted.nominal, 150);
  EXPECT_DOUBLE_EQ(hosted.high, 165);
}

TEST(Carbon, EachComponentBringsItsOwnUncertainty) {
  EnergyReading reading;
  reading.cpu = {Joules(100), "rapl", true, 1.1};
  reading.ram = {Joules(10), "ram-model", false, 2.0};
  const Estimate energy = energy_estimate(reading, 1.0);
  EXPECT_DOUBLE_EQ(energy.nominal, 110);
  EXPECT_DOUBLE_EQ(energy.high, 130);
  EXPECT_DOUBLE_EQ(energy.low, 100 / 1.1 + 5);
}

TEST(Carbon, BasisTellsMeasuredFromModelled) {
  EnergyReading reading;
  EXPECT_EQ(basis_text(reading), "not metered");
  reading.ram = {Joules(1), "ram-model", false, 2.0};
  EXPECT_EQ(basis_text(reading), "modelled");
  reading.cpu = {Joules(1), "rapl", true, 1.1};
  EXPECT_EQ(basis_text(reading), "measured (cpu) and modelled (ram)");
  reading.ram = {};
  EXPECT_EQ(basis_text(reading), "measured");
}

TEST(Carbon, PueBelowOneIsRefused) {
  FakeMeter meter;
  FakeClock clock;
  EXPECT_EQ(message_of([&] { CarbonLedger ledger(meter, clock, kGrid, 0.9); }),
            "pue = 0.9, must be >= 1 (1: no data centre around the machine)");
}

}  // namespace
}  // namespace coppice

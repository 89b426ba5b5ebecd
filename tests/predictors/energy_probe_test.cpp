#include "predictors/energy_probe.hpp"

#include <gtest/gtest.h>

#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/fake_meter.hpp"

namespace coppice {
namespace {

/// A machine on which networks take time and energy exactly as told.
struct Machine {
  FakeClock clock;
  FakeMeter meter;
  int calls = 0;

  std::function<void()> network(double seconds, double joules) {
    return [this, seconds, joules] {
      ++calls;
      clock.advance(Seconds(seconds));
      meter.use(Joules(joules));
    };
  }
};

TEST(EnergyProbe, TheEnergyOfAWindowIsSharedByItsCalls) {
  Machine machine;
  const auto energies = probe_energy(
      {machine.network(0.01, 0.02), machine.network(0.3, 0.9)}, machine.meter, {}, machine.clock);
  ASSERT_EQ(energies.size(), 2U);
  EXPECT_NEAR(energies[0], 20, 1e-9);
  EXPECT_NEAR(energies[1], 900, 1e-9);
  // Three rounds of a second: 100 and 4 calls, and one before each window.
  EXPECT_NEAR(machine.calls, 3 * (101 + 5), 6);
}

TEST(EnergyProbe, TheMedianRoundCounts) {
  Machine machine;
  int round = 0;
  // The first call of a window is not counted; of three windows the second is disturbed.
  const auto disturbed = [&] {
    const int window = round++ / 2;
    machine.clock.advance(Seconds(1));
    machine.meter.use(Joules(window == 1 ? 50 : 2));
  };
  EXPECT_NEAR(probe_energy({disturbed}, machine.meter, {}, machine.clock)[0], 2000, 1e-9);
}

TEST(EnergyProbe, ModelledComponentsDoNotCount) {
  Machine machine;
  EnergyReading reading;
  reading.cpu = {Joules(0), "rapl", true, 1.1};
  reading.ram = {Joules(0), "ram-model", false, 2.0};
  machine.meter.show(reading);
  EXPECT_EQ(counter_methods(machine.meter.read()), "rapl");
  const auto network = [&] {
    machine.clock.advance(Seconds(0.5));
    reading.cpu.energy += Joules(1);
    reading.ram.energy += Joules(100);
    machine.meter.show(reading);
  };
  EXPECT_NEAR(probe_energy({network}, machine.meter, {}, machine.clock)[0], 1000, 1e-9);
}

TEST(EnergyProbe, WithoutACounterNothingIsInvented) {
  Machine machine;
  EnergyReading reading;
  reading.cpu = {Joules(5), "cpu-model", false, 2.0};
  machine.meter.show(reading);
  EXPECT_EQ(
      message_of([&] {
        static_cast<void>(probe_energy({machine.network(1, 1)}, machine.meter, {}, machine.clock));
      }),
      "no energy counter can be read here (fake: what the test says); a model's joules are "
      "not measured energy");
  EXPECT_EQ(machine.calls, 0);
}

TEST(EnergyProbe, ACounterThatStandsStillIsNoZero) {
  Machine machine;
  EXPECT_EQ(message_of([&] {
              static_cast<void>(
                  probe_energy({machine.network(0.1, 0)}, machine.meter, {}, machine.clock));
            }),
            "the energy counter stood still for 1 s while a network ran: it cannot be read any "
            "more, or is updated too seldom; measured nothing");
}

TEST(EnergyProbe, WindowsShorterThanCountersAreRefused) {
  Machine machine;
  EnergyProbeOptions options;
  options.window_s = 0.1;
  EXPECT_EQ(message_of([&] {
              static_cast<void>(probe_energy({}, machine.meter, options, machine.clock));
            }),
            "window_s = 0.1, must be at least 0.5: counters are updated no more often");
  options.window_s = 1;
  options.rounds = 0;
  EXPECT_EQ(message_of([&] {
              static_cast<void>(probe_energy({}, machine.meter, options, machine.clock));
            }),
            "rounds = 0, must be at least 1");
}

}  // namespace
}  // namespace coppice

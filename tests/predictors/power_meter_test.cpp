#include "predictors/power_meter.hpp"

#include <gtest/gtest.h>

#include "predictors/processor_time.hpp"
#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

/// A machine of two EPYC 7763 processors' threads and 32 GB, without counters.
class Machine {
 public:
  Machine() {
    write_cpu("AMD EPYC 7763 64-Core Processor");
    write_bytes(folder_ / "proc/meminfo", "MemTotal: 33554432 kB\n");
    options_.proc = folder_ / "proc";
    options_.powercap = folder_ / "powercap";
    options_.ram_gb = 32;
    options_.cpu_time = [this] { return cpu_time_; };
  }
  void write_cpu(const std::string& name) {
    write_bytes(folder_ / "proc/cpuinfo", "processor: 0\nmodel name: " + name + "\n");
  }
  void write_counter(const std::string& microjoules) {
    write_bytes(folder_ / "powercap/intel-rapl:0/name", "package-0\n");
    write_bytes(folder_ / "powercap/intel-rapl:0/energy_uj", microjoules + "\n");
    write_bytes(folder_ / "powercap/intel-rapl:0/max_energy_range_uj", "262143328850\n");
  }
  std::unique_ptr<PowerMeter> meter() { return make_power_meter(options_, clock_); }

  TemporaryFolder folder_;
  FakeClock clock_;
  Seconds cpu_time_{100};
  MeterOptions options_;
};

TEST(PowerMeter, CountersAreMeasuredAndMemoryIsModelled) {
  Machine machine;
  machine.write_counter("1000000");
  const auto meter = machine.meter();
  machine.write_counter("51000000");
  machine.clock_.advance(Seconds(3));
  const EnergyReading reading = meter->read();
  EXPECT_DOUBLE_EQ(reading.cpu.energy.value(), 50);
  EXPECT_EQ(reading.cpu.method, "rapl");
  EXPECT_TRUE(reading.cpu.measured);
  EXPECT_DOUBLE_EQ(reading.ram.energy.value(), 60);  // 20 W for 32 GB
  EXPECT_EQ(reading.ram.method, "ram-model");
  EXPECT_FALSE(reading.ram.measured);
  EXPECT_EQ(reading.gpu.method, "none");
  EXPECT_EQ(method_text(reading), "rapl+ram-model");
  EXPECT_EQ(meter->tracking_mode(), "machine");
  EXPECT_EQ(meter->description(),
            "rapl: counters of package-0; ram-model: 20 W for 32 GB of memory");
}

TEST(PowerMeter, StepsThatWereLeftOutAreSaid) {
  Machine machine;
  machine.write_counter("1000000");
  const auto meter = machine.meter();
  machine.clock_.advance(Seconds(1));
  machine.write_counter("9001000000");  // 9 kJ in a second
  EXPECT_EQ(meter->read().cpu.energy.value(), 0);
  EXPECT_EQ(
      meter->description(),
      "rapl: counters of package-0; ram-model: 20 W for 32 GB of memory; 1 steps left out: no "
      "package draws 1000 W");
}

TEST(PowerMeter, WithoutCountersCpuTimeIsCharged) {
  Machine machine;
  const auto meter = machine.meter();
  machine.cpu_time_ += Seconds(128);
  machine.clock_.advance(Seconds(64));
  const EnergyReading reading = meter->read();
  EXPECT_DOUBLE_EQ(reading.cpu.energy.value(), 280);
  EXPECT_EQ(reading.cpu.method, "cpu-model");
  EXPECT_FALSE(reading.cpu.measured);
  EXPECT_EQ(reading.cpu.factor, 2.0);
  EXPECT_DOUBLE_EQ(reading.ram.energy.value(), 64 * 20);
  EXPECT_EQ(meter->tracking_mode(), "process");
  EXPECT_EQ(meter->description(),
            "cpu-model: 'AMD EPYC 7763 64-Core Processor': 280 W over 128 hardware threads "
            "(built-in table); ram-model: 20 W for 32 GB of memory; no measurement: this machine "
            "offers no energy counters (no folder " +
                machine.options_.powercap.string() + "); virtual machines rarely do");
}

TEST(PowerMeter, IdleProcessIsChargedNoProcessorEnergy) {
  Machine machine;
  const auto meter = machine.meter();
  machine.clock_.advance(Seconds(1000));
  EXPECT_EQ(meter->read().cpu.energy.value(), 0);
}

TEST(PowerMeter, ModelCanBeForcedWhereThereAreCounters) {
  Machine machine;
  machine.write_counter("0");
  machine.options_.kind = MeterKind::model;
  EXPECT_EQ(machine.meter()->read().cpu.method, "cpu-model");
}

TEST(PowerMeter, DemandedCountersThatAreMissingAreAnError) {
  Machine machine;
  machine.options_.kind = MeterKind::rapl;
  EXPECT_EQ(message_of([&] { (void)machine.meter(); }),
            "this machine offers no energy counters (no folder " +
                machine.options_.powercap.string() + "); virtual machines rarely do");
}

TEST(PowerMeter, MemoryOfTheMachineIsChargedUnlessTold) {
  Machine machine;
  machine.options_.ram_gb = 0;
  machine.write_counter("0");
  const auto meter = machine.meter();
  machine.clock_.advance(Seconds(1));
  EXPECT_DOUBLE_EQ(meter->read().ram.energy.value(), 20);
}

TEST(PowerMeter, UnknownMemoryIsAnError) {
  Machine machine;
  machine.options_.ram_gb = 0;
  write_bytes(machine.folder_ / "proc/meminfo", "nothing\n");
  EXPECT_EQ(message_of([&] { (void)machine.meter(); }),
            "no MemTotal in " + (machine.folder_ / "proc/meminfo").string() +
                "; say how much memory to charge (ram_gb)");
  machine.options_.ram_gb = -1;
  EXPECT_EQ(message_of([&] { (void)machine.meter(); }),
            "ram_gb = -1, must be >= 0 (0: this machine's)");
}

TEST(PowerMeter, DifferenceOfReadingsKeepsTheMethod) {
  Machine machine;
  const auto meter = machine.meter();
  machine.cpu_time_ += Seconds(128);
  const EnergyReading begin = meter->read();
  machine.cpu_time_ += Seconds(64);
  const EnergyReading used = meter->read() - begin;
  EXPECT_DOUBLE_EQ(used.cpu.energy.value(), 140);
  EXPECT_EQ(used.cpu.method, "cpu-model");
}

TEST(PowerMeter, ThisMachineCanBeMetered) {
  const SteadyClock clock;
  const auto meter = make_power_meter({}, clock);
  const EnergyReading begin = meter->read();
  volatile double work = 0;
  const Seconds start = process_cpu_time();
  while ((process_cpu_time() - start).value() < 0.02) work = work + 1;
  const EnergyReading used = meter->read() - begin;
  if (!used.cpu.measured) {
    EXPECT_GT(used.cpu.energy.value(), 0);
  }
  EXPECT_GT(used.ram.energy.value(), 0);
}

}  // namespace
}  // namespace coppice

#include "predictors/nvml.hpp"

#include <gtest/gtest.h>

#include "predictors/hardware_meters.hpp"

namespace coppice {
namespace {

TEST(Nvml, CountsFromConstruction) {
  NvmlReader reader(FAKE_NVML);
  EXPECT_EQ(reader.names(), std::vector<std::string>{"Fake GPU"});
  EXPECT_DOUBLE_EQ(reader.read().value(), 1.0);
  EXPECT_DOUBLE_EQ(reader.read().value(), 2.0);
}

TEST(Nvml, ACounterThatVanishesStandsStillAndIsNamed) {
  NvmlReader reader(FAKE_NVML);
  for (int look = 0; look < 7; ++look) static_cast<void>(reader.read());
  EXPECT_EQ(reader.lost(), "");
  EXPECT_DOUBLE_EQ(reader.read().value(), 7.0);
  EXPECT_EQ(reader.lost(), "Fake GPU");
}

TEST(Nvml, AMachineWithoutTheDriverSaysSo) {
  EXPECT_EQ(NvmlReader::why_not("libnone-such.so"), "no NVIDIA driver here (libnone-such.so)");
  EXPECT_EQ(NvmlReader::why_not("libm.so.6"), "libm.so.6 is too old: it has no energy counter");
  EXPECT_TRUE(NvmlReader::why_not(FAKE_NVML).empty());
}

MeterOptions with_driver(const char* library) {
  MeterOptions options;
  options.kind = MeterKind::model;
  options.gpus = true;
  options.nvml = library;
  options.ram_gb = 8;
  options.tdp_watts = 10;
  return options;
}

TEST(GpuMeter, AddsGpusToTheRest) {
  const MeterOptions options = with_driver(FAKE_NVML);
  const FakeClock clock;
  const auto meter = make_power_meter(options, clock);
  const EnergyReading reading = meter->read();
  EXPECT_EQ(reading.gpu.method, "nvml");
  EXPECT_TRUE(reading.gpu.measured);
  EXPECT_GT(reading.gpu.energy.value(), 0);
  EXPECT_EQ(method_text(reading), "cpu-model+nvml+ram-model");
  EXPECT_NE(meter->description().find("; nvml: counters of Fake GPU"), std::string::npos);
}

TEST(GpuMeter, NumbersSayThatACounterWasLost) {
  const MeterOptions options = with_driver(FAKE_NVML);
  const FakeClock clock;
  const auto meter = make_power_meter(options, clock);
  for (int look = 0; look < 8; ++look) static_cast<void>(meter->read());
  EXPECT_EQ(meter->read().gpu.method, "nvml, a counter was lost");
  EXPECT_NE(meter->description().find("; could not be read any more, counts nothing: Fake GPU"),
            std::string::npos);
}

TEST(GpuMeter, WithoutDriverThereIsNoGpuEnergy) {
  const MeterOptions options = with_driver("libnone-such.so");
  const FakeClock clock;
  EXPECT_EQ(make_power_meter(options, clock)->read().gpu.method, "none");
}

}  // namespace
}  // namespace coppice

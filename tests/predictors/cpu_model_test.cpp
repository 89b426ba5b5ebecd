#include "predictors/cpu_model.hpp"

#include <gtest/gtest.h>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

CpuInfo cpu_named(const std::string& name, int processors = 2) {
  CpuInfo cpu;
  cpu.name = name;
  cpu.processors = processors;
  return cpu;
}

TEST(CpuModel, ReadsNameAndProcessorsOfX86) {
  const CpuInfo cpu = parse_cpu_info(
      "processor\t: 0\nvendor_id\t: AuthenticAMD\nmodel name\t: AMD EPYC 7763 64-Core Processor\n"
      "flags\t: fpu\n\nprocessor\t: 1\nmodel name\t: AMD EPYC 7763 64-Core Processor\n");
  EXPECT_EQ(cpu.name, "AMD EPYC 7763 64-Core Processor");
  EXPECT_EQ(cpu.processors, 2);
  EXPECT_FALSE(cpu.arm);
}

TEST(CpuModel, RecognisesArmWithoutAName) {
  const CpuInfo cpu = parse_cpu_info(
      "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd08\n\nprocessor\t: 1\n");
  EXPECT_TRUE(cpu.arm);
  EXPECT_EQ(cpu.processors, 2);
  EXPECT_EQ(cpu.name, "");
}

TEST(CpuModel, KnownChipIsChargedItsShareEvenInAVirtualMachineOfTwoProcessors) {
  const ThreadPower power = thread_power(cpu_named("AMD EPYC 7763 64-Core Processor"), 0, 0);
  EXPECT_DOUBLE_EQ(power.watts.value(), 280.0 / 128);
  EXPECT_EQ(power.source,
            "'AMD EPYC 7763 64-Core Processor': 280 W over 128 hardware threads (built-in table)");
}

TEST(CpuModel, MatchesIntelNamesAsLinuxSpellsThem) {
  const auto watts = [](const char* name) { return thread_power(cpu_named(name), 0, 0).watts; };
  EXPECT_DOUBLE_EQ(watts("Intel(R) Xeon(R) CPU E5-2690 v4 @ 2.60GHz").value(), 135.0 / 28);
  EXPECT_DOUBLE_EQ(watts("Intel(R) Xeon(R) Gold 6248 CPU @ 2.50GHz").value(), 150.0 / 40);
  EXPECT_DOUBLE_EQ(watts("Intel(R) Xeon(R) Platinum 8480+").value(), 350.0 / 112);
  EXPECT_DOUBLE_EQ(watts("13th Gen Intel(R) Core(TM) i9-13900K").value(), 125.0 / 32);
}

TEST(CpuModel, AnotherModelThatBeginsAlikeIsNotMistakenForAKnownOne) {
  EXPECT_EQ(
      thread_power(cpu_named("Intel(R) Xeon(R) Gold 6248R CPU @ 3.00GHz"), 0, 0).watts.value(),
      4.0);
  EXPECT_EQ(thread_power(cpu_named("13th Gen Intel(R) Core(TM) i9-13900KS"), 0, 0).watts.value(),
            4.0);
}

TEST(CpuModel, UnknownChipIsFourWattsAThreadAndSaysSo) {
  const ThreadPower power = thread_power(cpu_named("AMD EPYC"), 0, 0);
  EXPECT_EQ(power.watts.value(), 4.0);
  EXPECT_EQ(power.source,
            "'AMD EPYC' is not in the table: 4 W a hardware thread (CodeCarbon's fallback)");
}

TEST(CpuModel, UsersPowerWinsAndIsSharedByTheProcessorsSeen) {
  EXPECT_EQ(thread_power(cpu_named("AMD EPYC", 8), 100, 0).watts.value(), 12.5);
  EXPECT_EQ(thread_power(cpu_named("AMD EPYC", 8), 100, 50).watts.value(), 2.0);
  EXPECT_EQ(thread_power(cpu_named("AMD EPYC 7763", 8), 128, 0).watts.value(), 1.0);
}

TEST(CpuModel, RefusesNegativePower) {
  try {
    static_cast<void>(thread_power(cpu_named("x"), -1, 0));
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "tdp_watts = -1, must be >= 0 (0: look it up)");
    EXPECT_EQ(error.failure(), Failure::usage);
  }
}

TEST(CpuModel, MemoryPowerFollowsCodeCarbonsTable) {
  const auto x86 = [](double gb) { return ram_power(gb, false).value(); };
  EXPECT_DOUBLE_EQ(x86(1), 10);  // one module, but never less than two modules' power
  EXPECT_DOUBLE_EQ(x86(8), 10);
  EXPECT_DOUBLE_EQ(x86(32), 20);
  EXPECT_DOUBLE_EQ(x86(64), 20);
  EXPECT_DOUBLE_EQ(x86(128), 38);
  EXPECT_DOUBLE_EQ(x86(1024), 38);
  // 768 GB: 12 modules of 64 GB: 20 + 18 + 4 x 4
  EXPECT_DOUBLE_EQ(x86(768), 54);
  EXPECT_DOUBLE_EQ(ram_power(4, true).value(), 3.0);
  EXPECT_DOUBLE_EQ(ram_power(32, true).value(), 6.0);
}

TEST(CpuModel, ReadsMemTotal) {
  EXPECT_DOUBLE_EQ(parse_ram_gb("MemTotal:       16777216 kB\nMemFree: 5 kB\n"), 16);
  EXPECT_EQ(parse_ram_gb("MemFree: 5 kB\n"), 0);
}

TEST(CpuModel, ThisProcessMayRunSomewhere) { EXPECT_GE(allowed_processors(), 1); }

}  // namespace
}  // namespace coppice

#include "export/machine_cost.hpp"

#include <gtest/gtest.h>

namespace coppice {
namespace {

EnergyRow row(double seconds, double joules, const std::string& method = "rapl+ram-model") {
  EnergyRow result;
  result.phase = "train";
  result.duration = Seconds(seconds);
  result.energy_j = exactly(joules);
  result.co2e_g = exactly(joules / 3.6e6 * 500);
  result.method = method;
  return result;
}

DeviceProfile machine() {
  DeviceProfile profile;
  profile.id = "box";
  profile.device_class = "server-cpu";
  profile.psu_factor = 1.25;
  profile.platform_watts = 30;
  profile.pue = 1.5;
  return profile;
}

TEST(MachineCost, TheWallCorrectionAndPueOfTheMachineAreAdded) {
  // 1000 J in 10 s: 1.25 x 1000 + 30 x 10 = 1550 J at the wall, 2325 J at the facility.
  const auto rows = at_facility({row(10, 1000)}, machine());
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_NEAR(rows[0].energy_j.nominal, 2325, 1e-9);
  EXPECT_NEAR(rows[0].co2e_g.nominal, 2325 / 3.6e6 * 500, 1e-12);
  EXPECT_LT(rows[0].energy_j.low, 2325 / 1.1);
  EXPECT_EQ(rows[0].pue, 1.5);
  EXPECT_EQ(facility_text(machine()), "x1.25 + 30 W x time, PUE 1.5 of box");
}

TEST(MachineCost, ThePueOfTheRecordIsReplacedNotMultiplied) {
  EnergyRow recorded = row(10, 1000);
  recorded.pue = 2;
  // 500 J were metered.
  EXPECT_NEAR(at_facility({recorded}, machine())[0].energy_j.nominal, 1.5 * (625 + 300), 1e-9);
}

TEST(MachineCost, ABoardsSensorHasSeenThePlatform) {
  EXPECT_NEAR(
      at_facility({row(10, 1000, "ina3221")}, machine())[0].energy_j.nominal, 1.5 * 1250, 1e-9);
}

TEST(MachineCost, WhatAProfileDoesNotKnowChangesNothing) {
  const auto rows = at_facility({row(10, 1000)}, DeviceProfile{});
  EXPECT_EQ(rows[0].energy_j.nominal, 1000);
  EXPECT_EQ(rows[0].energy_j.high, 1000);
  EXPECT_EQ(facility_text(DeviceProfile{}), "");
}

}  // namespace
}  // namespace coppice

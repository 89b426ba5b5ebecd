#include "predictors/device_calibration.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "predictors/energy_model.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/tiny_space.hpp"

namespace coppice {
namespace {

const GridIntensity kGrid{"XXX", "Test", 500, 2026, "the test"};

/// What the shipped profiles look like: everything assumed.
DeviceProfile base() {
  DeviceProfile profile;
  profile.id = "box";
  profile.name = "A box";
  profile.device_class = "sbc";
  profile.fp32_ops_per_s = 10e9;
  profile.conv_efficiency = 0.3;
  profile.dwconv_efficiency = 0.3;
  profile.fc_efficiency = 0.3;
  profile.launch_us = 0;
  profile.dram_bytes_per_s = 2e9;
  profile.idle_watts = 0.5;
  profile.static_watts = 1;
  profile.max_watts = 3;
  profile.platform_watts = 0.7;
  profile.psu_factor = 1.2;
  profile.fp32_mac_pj = 100;
  profile.dram_pj_per_byte = 100;
  profile.sram_pj_per_byte = 1;
  profile.provenance = {{"compute", "assumption", "", "low"},
                        {"memory", "assumption", "", "low"},
                        {"power", "assumption", "", "low"},
                        {"energy", "assumption", "", "low"}};
  return profile;
}

/// The device as it is.
DeviceProfile truth() {
  DeviceProfile profile = base();
  profile.conv_efficiency = 0.6;
  profile.dwconv_efficiency = 0.08;
  profile.fc_efficiency = 0.2;
  profile.launch_us = 3;
  profile.static_watts = 2.5;
  profile.max_watts.reset();
  profile.platform_watts.reset();
  profile.psu_factor.reset();
  profile.fp32_mac_pj = 350;
  profile.dram_pj_per_byte = 150;
  profile.sram_pj_per_byte.reset();
  return profile;
}

std::vector<MeasuredNetwork> measured(int count, bool with_energy) {
  const SearchSpace space = tiny_space();
  Random random(5);
  std::vector<MeasuredNetwork> networks;
  for (int i = 0; i < count; ++i) {
    MeasuredNetwork network;
    network.plan = plan_layers(space, space.sample(random));
    // What differs between two runs of one network, so that time and work are no multiples.
    const double noise = std::exp(0.04 * random.uniform() - 0.02);
    network.latency_s =
        noise * roofline_latency(network.plan, truth(), NumberType::fp32, 1).value();
    if (with_energy) {
      EnergyOptions options;
      options.latency = Seconds(network.latency_s);
      network.energy_j = predict_energy(network.plan, truth(), kGrid, options).energy_j.nominal;
    }
    networks.push_back(std::move(network));
  }
  return networks;
}

CalibrationOptions options(const std::string& meter) {
  CalibrationOptions result;
  result.meter = meter;
  result.conditions = "test bench";
  result.date = "2026-11-27";
  return result;
}

const Provenance& source_of(const DeviceProfile& profile, const std::string& field) {
  return *std::find_if(profile.provenance.begin(), profile.provenance.end(), [&](const auto& p) {
    return p.field == field;
  });
}

TEST(DeviceCalibration, MeasuredEnergiesGiveTheDevicesTerms) {
  const Calibration calibration = calibrate_profile(base(), measured(24, true), options("usb"));
  const DeviceProfile& profile = calibration.profile;
  ASSERT_TRUE(calibration.energy.has_value());
  EXPECT_GT(calibration.energy->mape_before, 20);
  EXPECT_LT(calibration.energy->mape_after, 0.1);
  EXPECT_LT(calibration.energy->mape_left_out, 0.1);
  EXPECT_GT(calibration.energy->rho, 0.99);
  EXPECT_NEAR(*profile.static_watts, 2.5, 0.05);
  EXPECT_NEAR(*profile.fp32_mac_pj, 350, 15);
  EXPECT_EQ(profile.sram_pj_per_byte, std::nullopt);
  EXPECT_EQ(profile.calibration_method, "nnls");
  EXPECT_EQ(profile.calibration_subnets, 24);
  EXPECT_EQ(profile.calibration_meter, "usb");
  EXPECT_EQ(profile.calibration_date, "2026-11-27");
  EXPECT_NEAR(*profile.calibration_mape, calibration.energy->mape_left_out, 0.05);
  EXPECT_NEAR(*profile.calibration_rho, calibration.energy->rho, 1e-4);
  EXPECT_EQ(source_of(profile, "power.static_W")
                .source.rfind(
                    "fitted to measured energies (usb) of 24 networks, leave-one-out error ", 0),
            0U);
  EXPECT_EQ(source_of(profile, "power.static_W").confidence, "high");
  EXPECT_EQ(parse_device_profile(to_json(profile), "written").calibration_subnets, 24);
}

TEST(DeviceCalibration, AMeterOfTheWholeDeviceSeesSupplyAndPlatform) {
  const DeviceProfile usb = calibrate_profile(base(), measured(24, true), options("usb")).profile;
  EXPECT_EQ(usb.psu_factor, std::nullopt);
  EXPECT_EQ(usb.platform_watts, std::nullopt);
  const DeviceProfile board =
      calibrate_profile(base(), measured(24, true), options("ina3221")).profile;
  EXPECT_EQ(board.psu_factor, 1.2);
  EXPECT_EQ(board.platform_watts, std::nullopt);
  const DeviceProfile chip = calibrate_profile(base(), measured(24, true), options("rapl")).profile;
  EXPECT_EQ(chip.psu_factor, 1.2);
  EXPECT_EQ(chip.platform_watts, 0.7);
}

TEST(DeviceCalibration, BoundsThatTheMeasurementsExceedBecomeUnknown) {
  DeviceProfile wrong = base();
  wrong.idle_watts = 2.9;
  wrong.static_watts = 2.95;
  const Calibration calibration = calibrate_profile(wrong, measured(24, true), options("wall"));
  EXPECT_EQ(calibration.profile.idle_watts, std::nullopt);
  // About 2.5 W and the work: above 3 W or not, no prediction may be clamped below a measurement.
  EXPECT_LT(calibration.energy->mape_after, 0.1);
  EXPECT_TRUE(std::any_of(calibration.notes.begin(), calibration.notes.end(), [](const auto& note) {
    return note == "power.idle_W of the base, 2.9 W, is above the fitted static power: now unknown";
  }));
}

TEST(DeviceCalibration, WithoutEnergiesJoulesStayTheBases) {
  const Calibration calibration = calibrate_profile(base(), measured(24, false), options(""));
  EXPECT_FALSE(calibration.energy.has_value());
  EXPECT_LT(calibration.latency.mape_left_out, 5);
  EXPECT_GT(calibration.latency.mape_before, 30);
  const DeviceProfile& profile = calibration.profile;
  EXPECT_EQ(profile.static_watts, base().static_watts);
  EXPECT_EQ(profile.fp32_mac_pj, base().fp32_mac_pj);
  EXPECT_EQ(profile.calibration_method, "none");
  EXPECT_EQ(profile.factor_low, 0.5);
  EXPECT_EQ(profile.factor_high, 2.0);
  EXPECT_EQ(profile.latency_subnets, 24);
  EXPECT_EQ(confidence_class(profile).rfind(
                "uncalibrated (x0.5 to x2), latency calibrated on 24 networks (error ", 0),
            0U);
}

TEST(DeviceCalibration, UncertaintyIsWhatLeavingOutShowsAndTheMetersOwn) {
  std::vector<MeasuredNetwork> networks = measured(30, true);
  const Calibration exact = calibrate_profile(base(), networks, options("usb"));
  EXPECT_GE(exact.profile.factor_high, 1.1);
  EXPECT_LT(exact.profile.factor_high, 1.15);
  EXPECT_NEAR(exact.profile.factor_low * exact.profile.factor_high, 1, 1e-3);
  Random random(3);
  for (auto& network : networks) *network.energy_j *= std::exp(random.uniform() - 0.5);
  const Calibration noisy = calibrate_profile(base(), networks, options("usb"));
  // Uniform in the logarithm over +-0.5: a deviation of 0.29, so about 1.35 and more.
  EXPECT_GT(noisy.profile.factor_high, 1.3);
  EXPECT_GT(noisy.energy->mape_left_out, 15);
}

TEST(DeviceCalibration, ACalibrationThatGainsNothingSaysSo) {
  // Times that have nothing to do with the networks.
  std::vector<MeasuredNetwork> networks = measured(30, false);
  Random random(9);
  for (auto& network : networks) network.latency_s = 1e-3 * std::exp(3 * random.uniform());
  const Calibration calibration = calibrate_profile(
      calibrate_profile(base(), networks, options("")).profile, networks, options(""));
  EXPECT_TRUE(std::any_of(calibration.notes.begin(), calibration.notes.end(), [](const auto& note) {
    return note.find("predicted no better than by the base (latencies: ") != std::string::npos;
  }));
  for (const std::string& note :
       calibrate_profile(base(), measured(24, true), options("usb")).notes) {
    EXPECT_EQ(note.find("no better"), std::string::npos) << note;
  }
}

TEST(DeviceCalibration, NumbersThatPredictWorseThanNoneAreRefused) {
  std::vector<MeasuredNetwork> networks = measured(30, false);
  Random random(9);
  for (auto& network : networks) network.latency_s = 1e-6 * std::exp(10 * random.uniform());
  const std::string message =
      message_of([&] { static_cast<void>(calibrate_profile(base(), networks, options(""))); });
  EXPECT_EQ(
      message.rfind("the measured latencies do not fit the model: networks that were left out "
                    "are missed by ",
                    0),
      0U)
      << message;
}

TEST(DeviceCalibration, JoulesWhereMillijoulesBelongAreRefused) {
  std::vector<MeasuredNetwork> networks = measured(20, true);
  for (MeasuredNetwork& network : networks) *network.energy_j *= 1e-3;
  const std::string message =
      message_of([&] { static_cast<void>(calibrate_profile(base(), networks, options("usb"))); });
  EXPECT_NE(
      message.find(" W, which no device like box does; are they milliseconds and millijoules"),
      std::string::npos)
      << message;
}

TEST(DeviceCalibration, AnEfficiencyAtItsBoundIsOfLowConfidence) {
  std::vector<MeasuredNetwork> networks = measured(20, false);
  for (MeasuredNetwork& network : networks) network.latency_s /= 1.8;  // beyond the peak
  const Calibration calibration = calibrate_profile(base(), networks, options(""));
  EXPECT_DOUBLE_EQ(*calibration.profile.conv_efficiency, 1);
  EXPECT_EQ(source_of(calibration.profile, "compute.efficiency.conv").confidence, "low");
  const Calibration within = calibrate_profile(base(), measured(20, false), options(""));
  EXPECT_NE(source_of(within.profile, "compute.efficiency.conv").confidence, "low");
}

TEST(DeviceCalibration, FewNetworksAreRefusedAndNotManyAreNoted) {
  EXPECT_EQ(message_of([] {
              static_cast<void>(calibrate_profile(base(), measured(7, false), options("")));
            }),
            "7 different networks are measured; a calibration needs at least 8, better 20, of all "
            "sizes");
  const Calibration calibration = calibrate_profile(base(), measured(10, false), options(""));
  EXPECT_EQ(calibration.notes.back(), "10 networks are few: measure 20 or more, of all sizes");
}

TEST(DeviceCalibration, NonsenseIsRefused) {
  const auto message = [](const std::vector<MeasuredNetwork>& networks, const std::string& meter) {
    return message_of(
        [&] { static_cast<void>(calibrate_profile(base(), networks, options(meter))); });
  };
  std::vector<MeasuredNetwork> networks = measured(9, true);
  EXPECT_EQ(message(networks, ""),
            "meter = (none), must be rapl, nvml, ina3221, usb or wall: what read the energies");
  EXPECT_EQ(message(networks, "guess"),
            "meter = guess, must be rapl, nvml, ina3221, usb or wall: what read the energies");
  networks[3].energy_j = 0;
  EXPECT_EQ(message(networks, "usb"), "an energy is 0 J, must be > 0");
  networks[3].energy_j = 1e6;
  networks[3].latency_s = 0.01;
  EXPECT_EQ(message(networks, "usb"),
            "an inference of 10 ms and 1e+09 mJ draws 1e+08 W, which no device does; are they "
            "milliseconds and millijoules of one inference?");
  networks[3].energy_j.reset();
  EXPECT_EQ(message(networks, "usb"), "some networks have an energy and others have none");
  networks = measured(9, false);
  networks[3].latency_s = -1;
  EXPECT_EQ(message(networks, ""), "a latency is -1 s, must be > 0");
}

}  // namespace
}  // namespace coppice

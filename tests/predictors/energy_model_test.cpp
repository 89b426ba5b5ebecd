#include "predictors/energy_model.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

const GridIntensity kGrid{"XXX", "Test", 500, 2026, "the test"};

Layer layer(LayerKind kind, int in, int out, int size) {
  Layer result;
  result.kind = kind;
  result.in_channels = in;
  result.out_channels = out;
  result.in_size = size;
  result.out_size = size;
  return result;
}

/// A 1x1 convolution of 10 x 10 pixels, 100 to 200 channels: 2,000,000 MACs, 20,000 weights,
/// 10,000 numbers in and 20,000 out.
LayerPlan one_conv() {
  LayerPlan plan;
  plan.layers = {layer(LayerKind::conv, 100, 200, 10)};
  return plan;
}

/// 2 W while computing, 1000 pJ a MAC, and nothing else.
DeviceProfile device() {
  DeviceProfile profile;
  profile.id = "box";
  profile.device_class = "sbc";
  profile.static_watts = 2;
  profile.fp32_mac_pj = 1000;
  return profile;
}

EnergyOptions lasting(double seconds) {
  EnergyOptions options;
  options.latency = Seconds(seconds);
  return options;
}

TEST(EnergyModel, IsStaticPowerTimesLatencyPlusWork) {
  const InferenceEnergy e = predict_energy(one_conv(), device(), kGrid, lasting(0.01));
  // 2 W x 10 ms + 2e6 x 1000 pJ = 20 mJ + 2 mJ
  EXPECT_NEAR(e.energy_j.nominal, 0.022, 1e-12);
  EXPECT_NEAR(e.energy_j.low, 0.011, 1e-12);
  EXPECT_NEAR(e.energy_j.high, 0.044, 1e-12);
  EXPECT_EQ(e.macs, 2e6);
  EXPECT_NEAR(e.average_power.value(), 2.2, 1e-9);
  EXPECT_EQ(e.latency_s.low, 0.01);
  EXPECT_EQ(e.latency_s.high, 0.01);
  EXPECT_EQ(e.confidence, "uncalibrated (x0.5 to x2)");
  EXPECT_FALSE(e.power_clamped);
}

TEST(EnergyModel, BytesThatDoNotFitTheCacheCost) {
  DeviceProfile profile = device();
  profile.fp32_mac_pj = 0;
  profile.static_watts = 0;
  profile.dram_pj_per_byte = 100;
  // (20,000 weights + 30,000 activations) x 4 bytes x 100 pJ
  EXPECT_NEAR(
      predict_energy(one_conv(), profile, kGrid, lasting(1)).energy_j.nominal, 20e-6, 1e-15);
  profile.cache_bytes = 120000;  // just fits the activations
  const InferenceEnergy cached = predict_energy(one_conv(), profile, kGrid, lasting(1));
  EXPECT_NEAR(cached.energy_j.nominal, 8e-6, 1e-15);
  EXPECT_EQ(cached.dram_bytes, 80000);
  profile.cache_bytes = 119999;
  EXPECT_EQ(predict_energy(one_conv(), profile, kGrid, lasting(1)).dram_bytes, 200000);
}

TEST(EnergyModel, SmallerNumbersMoveFewerBytesAndHaveTheirOwnMac) {
  DeviceProfile profile = device();
  profile.int8_mac_pj = 10;
  EnergyOptions options = lasting(0.01);
  options.type = NumberType::int8;
  const InferenceEnergy e = predict_energy(one_conv(), profile, kGrid, options);
  EXPECT_EQ(e.dram_bytes, 50000);
  EXPECT_NEAR(e.energy_j.nominal, 0.02 + 2e6 * 10e-12, 1e-12);
}

TEST(EnergyModel, BatchSharesItsWeights) {
  DeviceProfile profile = device();
  profile.fp32_mac_pj = 0;
  profile.dram_pj_per_byte = 100;
  EnergyOptions options = lasting(0.02);
  options.batch = 4;
  const InferenceEnergy e = predict_energy(one_conv(), profile, kGrid, options);
  EXPECT_EQ(e.dram_bytes, 80000.0 / 4 + 120000);
  EXPECT_NEAR(e.energy_j.nominal, (2 * 0.02) / 4 + 140000 * 100e-12, 1e-12);
  EXPECT_EQ(e.macs, 2e6);
  EXPECT_DOUBLE_EQ(e.latency_s.nominal, 0.005);
}

TEST(EnergyModel, AdditionReadsTwoTensors) {
  DeviceProfile profile = device();
  LayerPlan plan;
  plan.layers = {layer(LayerKind::add, 10, 10, 10)};
  EXPECT_EQ(predict_energy(plan, profile, kGrid, lasting(1)).dram_bytes, 3 * 1000 * 4);
}

TEST(EnergyModel, RooflineTakesTheLongerOfArithmeticAndMemory) {
  DeviceProfile profile = device();
  profile.fp32_ops_per_s = 8e9;
  profile.conv_efficiency = 0.5;
  profile.dram_bytes_per_s = 1e9;
  // arithmetic: 4e6 operations at 4e9/s = 1 ms; memory: 200 kB at 1 GB/s = 0.2 ms
  EXPECT_NEAR(roofline_latency(one_conv(), profile, NumberType::fp32, 1).value(), 1e-3, 1e-12);
  profile.dram_bytes_per_s = 1e8;
  EXPECT_NEAR(roofline_latency(one_conv(), profile, NumberType::fp32, 1).value(), 2e-3, 1e-12);
  profile.launch_us = 500;
  EXPECT_NEAR(roofline_latency(one_conv(), profile, NumberType::fp32, 1).value(), 2.5e-3, 1e-12);
  const InferenceEnergy e = predict_energy(one_conv(), profile, kGrid);
  EXPECT_NEAR(e.latency_s.nominal, 2.5e-3, 1e-12);
  EXPECT_NEAR(e.latency_s.high, 5e-3, 1e-12);
}

TEST(EnergyModel, KindsOfLayersHaveTheirOwnEfficiency) {
  DeviceProfile profile = device();
  profile.fp32_ops_per_s = 1e9;
  profile.conv_efficiency = 1;
  profile.dwconv_efficiency = 0.1;
  profile.fc_efficiency = 0.5;
  profile.dram_bytes_per_s = 1e15;
  const auto time = [&](const Layer& one) {
    LayerPlan plan;
    plan.layers = {one};
    return roofline_latency(plan, profile, NumberType::fp32, 1).value();
  };
  Layer depthwise = layer(LayerKind::conv, 50, 50, 10);
  depthwise.kernel = 3;
  depthwise.groups = 50;
  EXPECT_NEAR(time(depthwise), 2 * 45000 / 1e8, 1e-12);
  EXPECT_NEAR(time(layer(LayerKind::linear, 100, 200, 1)), 2 * 20000 / 5e8, 1e-12);
  EXPECT_NEAR(time(layer(LayerKind::conv, 100, 200, 10)), 2 * 2e6 / 1e9, 1e-12);
}

TEST(EnergyModel, PowerBeyondTheMaximumIsClampedAndSaidSo) {
  DeviceProfile profile = device();
  profile.max_watts = 3;
  const InferenceEnergy e = predict_energy(one_conv(), profile, kGrid, lasting(0.001));
  EXPECT_TRUE(e.power_clamped);  // 2 W + 2 mJ / 1 ms = 4 W
  EXPECT_NEAR(e.average_power.value(), 3, 1e-12);
  EXPECT_NEAR(e.energy_j.nominal, 0.003, 1e-12);
}

TEST(EnergyModel, WallAddsPowerSupplyAndPlatformUnlessMarginal) {
  DeviceProfile profile = device();
  profile.fp32_mac_pj = 0;
  profile.psu_factor = 1.5;
  profile.platform_watts = 7;
  profile.idle_watts = 0.5;
  EnergyOptions options = lasting(0.1);
  EXPECT_NEAR(
      predict_energy(one_conv(), profile, kGrid, options).energy_j.nominal, 1.5 * 0.2 + 0.7, 1e-12);
  options.marginal = true;
  EXPECT_NEAR(
      predict_energy(one_conv(), profile, kGrid, options).energy_j.nominal, 1.5 * 0.15, 1e-12);
}

TEST(EnergyModel, GramsFollowFromJoulesPueAndGrid) {
  DeviceProfile profile = device();
  profile.fp32_mac_pj = 0;
  profile.static_watts = 3600;
  EXPECT_NEAR(predict_energy(one_conv(), profile, kGrid, lasting(1)).co2e_g.nominal, 0.5, 1e-12);
  profile.pue = 1.5;
  const InferenceEnergy hosted = predict_energy(one_conv(), profile, kGrid, lasting(1));
  EXPECT_NEAR(hosted.co2e_g.nominal, 0.75, 1e-12);
  EXPECT_NEAR(hosted.energy_j.nominal, 3600, 1e-9);  // without PUE
  EXPECT_GT(hosted.co2e_g.high, 1.5);                // wider than the energy alone
}

TEST(EnergyModel, MakingTheDeviceIsChargedByTheTimeUsed) {
  DeviceProfile profile = device();
  EXPECT_FALSE(predict_energy(one_conv(), profile, kGrid, lasting(1)).embodied_g.has_value());
  EXPECT_EQ(embodied_grams(profile, Seconds(3600)), std::nullopt);
  // The example of the SCI specification: 1000 kg, four years, one hour reserved: 28.5 g.
  profile.embodied_kg = 1000;
  profile.lifetime_hours = 4 * 365.25 * 24;
  const auto grams = embodied_grams(profile, Seconds(3600));
  ASSERT_TRUE(grams.has_value());
  EXPECT_NEAR(grams->nominal, 28.5, 0.05);
  EXPECT_NEAR(grams->high, 57, 0.1);
  profile.utilisation = 0.5;
  profile.embodied_share = 0.25;
  EXPECT_NEAR(embodied_grams(profile, Seconds(3600))->nominal, 28.5 / 2, 0.05);
  EXPECT_NEAR(predict_energy(one_conv(), profile, kGrid, lasting(3600)).embodied_g->nominal,
              28.5 / 2,
              0.05);
}

TEST(EnergyModel, MissingNumbersAreNamed) {
  const auto complaint = [](const DeviceProfile& profile, const EnergyOptions& options) {
    return message_of([&] { (void)predict_energy(one_conv(), profile, kGrid, options); });
  };
  DeviceProfile profile = device();
  EXPECT_EQ(complaint(profile, {}),
            "profile 'box' has no compute.efficiency.conv; add it to the profile");
  EnergyOptions int8 = lasting(1);
  int8.type = NumberType::int8;
  EXPECT_EQ(complaint(profile, int8),
            "profile 'box' has no energy.mac_pJ.int8; add it to the profile");
  profile.static_watts.reset();
  EXPECT_EQ(complaint(profile, lasting(1)),
            "profile 'box' has no power.static_W; add it to the profile");
}

TEST(EnergyModel, OptionsAreChecked) {
  const auto complaint = [](const EnergyOptions& options) {
    return message_of([&] { (void)predict_energy(one_conv(), device(), kGrid, options); });
  };
  EXPECT_EQ(complaint(lasting(0)), "latency = 0 s, must be > 0");
  EnergyOptions options = lasting(1);
  options.batch = 0;
  EXPECT_EQ(complaint(options), "batch = 0, must be >= 1");
}

/// The profiles that come with the project.
class ShippedProfile : public ::testing::TestWithParam<const char*> {
 protected:
  [[nodiscard]] DeviceProfile profile() const {
    return read_device_profile(std::filesystem::path(COPPICE_DEVICES) /
                               (std::string(GetParam()) + ".json"));
  }
};

TEST_P(ShippedProfile, IsNamedAfterItsFileAndAdmitsToBeUncalibrated) {
  EXPECT_EQ(profile().id, GetParam());
  EXPECT_EQ(confidence_class(profile()), "uncalibrated (x0.5 to x2)");
}

// About 300 million MACs in 1x1 convolutions of 14 x 14 pixels.
LayerPlan middling_network() {
  LayerPlan plan;
  plan.layers.assign(15, layer(LayerKind::conv, 320, 320, 14));
  return plan;
}

TEST_P(ShippedProfile, ItsConstantsFitTogether) {
  const InferenceEnergy e = predict_energy(middling_network(), profile(), kGrid);
  EXPECT_NEAR(e.macs, 301e6, 1e6);
  EXPECT_FALSE(e.power_clamped) << e.average_power.value();
  EXPECT_GT(e.energy_j.nominal, 0);
}

class ShippedSmallDevice : public ShippedProfile {};

TEST_P(ShippedSmallDevice, PredictsAPlausibleInference) {
  const InferenceEnergy e = predict_energy(middling_network(), profile(), kGrid);
  // DeepEn2023 measured 25 to 252 mJ for the small networks on phones' CPUs.
  EXPECT_GT(e.energy_j.nominal, 0.025);
  EXPECT_LT(e.energy_j.nominal, 0.4);
  EXPECT_GT(e.latency_s.nominal, 0.005);
  EXPECT_LT(e.latency_s.nominal, 0.3);
}

std::string test_name(const ::testing::TestParamInfo<const char*>& test) {
  std::string name = test.param;
  name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
  return name;
}

TEST_P(ShippedProfile, NoAssumptionIsCalledCertain) {
  for (const Provenance& entry : profile().provenance) {
    const bool assumed = entry.source.find("assumption") != std::string::npos;
    EXPECT_FALSE(assumed && entry.confidence == "high") << entry.field << ": " << entry.source;
  }
}

// Static power and the work of convolutions at the rate that the profile says they reach.
TEST_P(ShippedProfile, ConvolutionsDoNotDrawMoreThanTheDeviceCan) {
  const DeviceProfile p = profile();
  const auto draws = [&p](const std::optional<double>& peak, const std::optional<double>& mac) {
    if (!peak || !mac) return 0.0;
    return *p.static_watts + *mac * 1e-12 * *peak / 2 * *p.conv_efficiency;
  };
  EXPECT_LE(draws(p.fp32_ops_per_s, p.fp32_mac_pj), *p.max_watts);
  EXPECT_LE(draws(p.fp16_ops_per_s, p.fp16_mac_pj), *p.max_watts);
  EXPECT_LE(draws(p.int8_ops_per_s, p.int8_mac_pj), *p.max_watts);
}

INSTANTIATE_TEST_SUITE_P(All,
                         ShippedProfile,
                         ::testing::Values("cortex-m7",
                                           "desktop-cpu",
                                           "desktop-gpu",
                                           "jetson-orin-nano",
                                           "laptop-cpu",
                                           "phone-cpu",
                                           "phone-gpu",
                                           "raspberry-pi-4",
                                           "server-cpu",
                                           "server-gpu-a100",
                                           "server-gpu-h100"),
                         test_name);

INSTANTIATE_TEST_SUITE_P(Small,
                         ShippedSmallDevice,
                         ::testing::Values("phone-cpu", "raspberry-pi-4", "server-cpu"),
                         test_name);

}  // namespace
}  // namespace coppice

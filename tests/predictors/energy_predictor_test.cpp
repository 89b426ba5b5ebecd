#include "predictors/energy_predictor.hpp"

#include <gtest/gtest.h>

#include "predictors/energy_model.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

const GridIntensity kGrid{"XXX", "Test", 500, 2026, "the test"};

const SearchSpace& space() {
  static const SearchSpace small = builtin_space("small");
  return small;
}

/// The same number for every network.
class Constant final : public Predictor {
 public:
  explicit Constant(double value) : value_(value) {
    info_.target = "latency_ms";
    info_.space = "small";
    info_.resolutions = {28, 64};
  }
  [[nodiscard]] std::vector<double> predict(
      const std::vector<Architecture>& architectures) const override {
    return std::vector<double>(architectures.size(), value_);
  }
  [[nodiscard]] const PredictorInfo& info() const override { return info_; }

 private:
  double value_;
  PredictorInfo info_;
};

/// 2 W while computing, and work that costs nothing.
DeviceProfile idle_device() {
  DeviceProfile profile;
  profile.id = "box";
  profile.device_class = "sbc";
  profile.static_watts = 2;
  profile.fp32_mac_pj = 0;
  return profile;
}

/// What the roofline needs on top.
DeviceProfile whole_device() {
  DeviceProfile profile = idle_device();
  profile.fp32_ops_per_s = 1e9;
  profile.conv_efficiency = 1;
  profile.dwconv_efficiency = 1;
  profile.fc_efficiency = 1;
  profile.dram_bytes_per_s = 1e12;
  return profile;
}

double predicted(InferenceQuantity quantity,
                 const DeviceProfile& profile,
                 const Predictor* latency) {
  const auto predictor = make_energy_predictor(space(), quantity, profile, kGrid, latency);
  return predictor->predict({space().largest()}).front();
}

TEST(EnergyPredictor, ChargesThePredictedLatency) {
  const Constant latency(30);
  // 2 W x 30 ms = 60 mJ; 3.6 MJ at 500 g/kWh is 500 g.
  EXPECT_NEAR(predicted(InferenceQuantity::energy_mj, idle_device(), &latency), 60, 1e-9);
  EXPECT_NEAR(
      predicted(InferenceQuantity::co2e_g, idle_device(), &latency), 0.06 / 3.6e6 * 500, 1e-15);
}

TEST(EnergyPredictor, WithoutAPredictedLatencyTheRooflineCounts) {
  const DeviceProfile profile = whole_device();
  const LayerPlan plan = plan_layers(space(), space().largest());
  const double expected = 2000 * roofline_latency(plan, profile, NumberType::fp32, 1).value();
  const Constant nonsense(-3);
  EXPECT_NEAR(predicted(InferenceQuantity::energy_mj, profile, nullptr), expected, 1e-9);
  EXPECT_NEAR(predicted(InferenceQuantity::energy_mj, profile, &nonsense), expected, 1e-9);
}

TEST(EnergyPredictor, CoversWhatItsLatencyCovers) {
  const Constant latency(30);
  const auto with =
      make_energy_predictor(space(), InferenceQuantity::co2e_g, idle_device(), kGrid, &latency);
  EXPECT_EQ(with->info().resolutions, (std::vector<int>{28, 64}));
  EXPECT_EQ(with->info().target, "co2e_g");
  EXPECT_EQ(with->info().space, "small");
  EXPECT_FALSE(with->info().maximize);
  EXPECT_LT(with->info().interval90, 0);
  const auto without =
      make_energy_predictor(space(), InferenceQuantity::energy_mj, idle_device(), kGrid);
  EXPECT_TRUE(without->info().resolutions.empty());
  EXPECT_EQ(without->info().target, "energy_mj");
}

TEST(EnergyPredictor, AProfileThatLacksANumberIsNamed) {
  DeviceProfile profile = idle_device();
  profile.static_watts.reset();
  const Constant latency(30);
  try {
    static_cast<void>(predicted(InferenceQuantity::energy_mj, profile, &latency));
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "profile 'box' has no power.static_W; add it to the profile");
  }
}

}  // namespace
}  // namespace coppice

#include "experiments/commands/quantities.hpp"

#include <gtest/gtest.h>

#include "predictors/device_profile.hpp"

namespace coppice {
namespace {

PredictorInfo on(const std::string& target, const std::string& device) {
  PredictorInfo info{target, false, "small", -1, {}};
  if (!device.empty()) info.conditions = {{"device", device}, {"threads", "1"}};
  return info;
}

class OfDevice final : public Predictor {
 public:
  explicit OfDevice(const std::string& device) : info_(on("latency_ms", device)) {}
  [[nodiscard]] std::vector<double> predict(const std::vector<Architecture>& all) const override {
    return std::vector<double>(all.size());
  }
  [[nodiscard]] const PredictorInfo& info() const override { return info_; }

 private:
  PredictorInfo info_;
};

template <class Action>
std::string warned(Action action) {
  testing::internal::CaptureStderr();
  action();
  return testing::internal::GetCapturedStderr();
}

TEST(Quantities, PredictorsOfDifferentDevicesAreWarnedOf) {
  const std::vector<PredictorInfo> two = {
      on("accuracy", ""), on("latency_ms", "EPYC"), on("energy_mj", "Pi 4")};
  EXPECT_EQ(warned([&] { warn_of_devices(two, false); }),
            "coppice: warning: energy_mj was measured on Pi 4, latency_ms on EPYC\n");
  EXPECT_EQ(warned([&] { warn_of_devices(two, true); }), "");
  EXPECT_EQ(warned([&] { warn_of_devices({two[0], two[1], two[1]}, false); }), "");
}

TEST(Quantities, AProfileOfAnotherDeviceThanTheLatencysIsWarnedOf) {
  const std::filesystem::path profile = COPPICE_DEVICES "/raspberry-pi-4.json";
  const std::string name = read_device_profile(profile).name;
  const OfDevice other("EPYC");
  EXPECT_EQ(warned([&] { warn_of_profile(profile, &other, false); }),
            "coppice: warning: latency_ms was measured on EPYC, the profile is of " + name +
                "; energy is only right if they are the same\n");
  const OfDevice same(name);
  EXPECT_EQ(warned([&] { warn_of_profile(profile, &same, false); }), "");
  EXPECT_EQ(warned([&] { warn_of_profile(profile, nullptr, false); }), "");
  const OfDevice unknown("");
  EXPECT_EQ(
      warned([&] { warn_of_profile(profile, &unknown, false); }),
      "coppice: warning: latency_ms does not say on what it was measured, the profile is of " +
          name + "; energy is only right if they are the same\n");
  EXPECT_EQ(warned([&] { warn_of_profile("", &other, false); }), "");
}

TEST(Quantities, ConditionsAreOneLineOrNone) {
  EXPECT_EQ(conditions_line(on("latency_ms", "EPYC")),
            "latency_ms measured with device EPYC, threads 1\n");
  EXPECT_EQ(conditions_line(on("macs", "")), "");
}

}  // namespace
}  // namespace coppice

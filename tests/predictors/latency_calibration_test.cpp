#include "predictors/latency_calibration.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "predictors/agreement.hpp"
#include "tests/support/tiny_space.hpp"

namespace coppice {
namespace {

constexpr double kPeak = 10e9;

DeviceProfile device(double bandwidth = 2e9) {
  DeviceProfile profile;
  profile.id = "box";
  profile.device_class = "sbc";
  profile.fp32_ops_per_s = kPeak;
  profile.conv_efficiency = 0.5;
  profile.dwconv_efficiency = 0.1;
  profile.fc_efficiency = 0.25;
  profile.launch_us = 2;
  profile.dram_bytes_per_s = bandwidth;
  return profile;
}

// Networks of the tiny space as `truth` would run them.
std::vector<TimedWork> timed(const DeviceProfile& truth, int count) {
  const SearchSpace space = tiny_space();
  Random random(7);
  std::vector<TimedWork> works;
  for (int i = 0; i < count; ++i) {
    TimedWork work;
    work.layers = layer_works(plan_layers(space, space.sample(random)), truth, NumberType::fp32, 1);
    work.seconds = roofline_seconds(work.layers, roofline_terms(truth), kPeak);
    works.push_back(work);
  }
  return works;
}

std::vector<double> seconds_of(const std::vector<TimedWork>& works) {
  std::vector<double> seconds;
  for (const TimedWork& work : works) seconds.push_back(work.seconds);
  return seconds;
}

TEST(LatencyCalibration, ARooflineIsTheLongerOfArithmeticAndMemoryForEachLayer) {
  RooflineTerms terms;
  terms.slowdown = {2, 10, 4};
  terms.seconds_per_byte = 1e-6;
  terms.launch_seconds = 1e-3;
  // Dense: 2 x 5e6 / 1e10 x 2 = 2 ms against 1 ms of memory. Depthwise: 1 ms against 3 ms.
  const std::vector<LayerWork> layers{{Operation::conv, 5e6, 0, 1000},
                                      {Operation::dwconv, 5e5, 0, 3000}};
  EXPECT_NEAR(roofline_seconds(layers, terms, kPeak), 2e-3 + 3e-3 + 2e-3, 1e-15);
}

// Networks of a kind each of its own: layers of all operations, in sizes that do not move together.
std::vector<TimedWork> mixed(const RooflineTerms& truth, int count) {
  Random random(2);
  std::vector<TimedWork> works;
  for (int i = 0; i < count; ++i) {
    TimedWork work;
    const std::size_t layers = 3 + random.below(20);
    for (std::size_t k = 0; k < layers; ++k) {
      LayerWork layer;
      layer.operation = static_cast<Operation>(random.below(3));
      layer.macs = 1e5 * (1 + 50 * random.uniform());
      layer.dram_bytes = 1e4 * (1 + 50 * random.uniform());
      work.layers.push_back(layer);
    }
    work.seconds = roofline_seconds(work.layers, truth, kPeak);
    works.push_back(work);
  }
  return works;
}

TEST(LatencyCalibration, ExactLatenciesGiveTheirTermsBack) {
  const RooflineTerms truth = roofline_terms(device(1e9));
  const std::vector<TimedWork> works = mixed(truth, 40);
  RooflineTerms base;
  base.slowdown = {4, 5, 8};
  base.seconds_per_byte = 1 / 3e9;
  const RooflineFit fit = fit_roofline(works, base, kPeak);
  EXPECT_LT(mape_percent(fit.left_out, seconds_of(works)), 1e-6);
  EXPECT_NEAR(1 / fit.terms.slowdown[0], 0.5, 1e-6);
  EXPECT_NEAR(1 / fit.terms.slowdown[1], 0.1, 1e-6);
  EXPECT_NEAR(1 / fit.terms.slowdown[2], 0.25, 1e-6);
  EXPECT_NEAR(1 / fit.terms.seconds_per_byte, 1e9, 1e3);
  EXPECT_NEAR(fit.terms.launch_seconds, 2e-6, 1e-11);
}

TEST(LatencyCalibration, TermsThatCannotBeToldApartStillPredict) {
  // In one space operations grow together: their efficiencies are not unique, latencies are.
  const std::vector<TimedWork> works = timed(device(1e9), 40);
  RooflineTerms base = roofline_terms(device());
  base.slowdown = {4, 5, 8};
  base.launch_seconds = 0;
  const RooflineFit fit = fit_roofline(works, base, kPeak);
  EXPECT_LT(mape_percent(fit.left_out, seconds_of(works)), 0.5);
}

TEST(LatencyCalibration, ADeviceTenTimesSlowerIsRecognised) {
  const std::vector<TimedWork> fast = timed(device(), 30);
  std::vector<TimedWork> slow = fast;
  for (TimedWork& work : slow) work.seconds *= 10;
  const RooflineFit fit = fit_roofline(slow, roofline_terms(device()), kPeak);
  EXPECT_LT(mape_percent(fit.left_out, seconds_of(slow)), 0.5);
}

TEST(LatencyCalibration, NoOperationIsFasterThanThePeak) {
  std::vector<TimedWork> works = timed(device(), 30);
  for (TimedWork& work : works) work.seconds /= 1000;
  const RooflineFit fit = fit_roofline(works, roofline_terms(device()), kPeak);
  for (const double slowdown : fit.terms.slowdown) EXPECT_GE(slowdown, 1);
  EXPECT_GE(fit.terms.launch_seconds, 0);
}

TEST(LatencyCalibration, TermsThatNoNetworkShowsKeepTheirStart) {
  // Dense arithmetic alone: nothing is said about the other operations, nor about memory.
  std::vector<TimedWork> works;
  for (int i = 1; i <= 10; ++i) {
    works.push_back({{{Operation::conv, 1e6 * i, 0, 10}}, 1e-5 + 1e-3 * i});
  }
  RooflineTerms base = roofline_terms(device());
  const RooflineFit fit = fit_roofline(works, base, kPeak);
  EXPECT_TRUE(fit.seen.slowdown[0]);
  EXPECT_FALSE(fit.seen.slowdown[1]);
  EXPECT_FALSE(fit.seen.slowdown[2]);
  EXPECT_FALSE(fit.seen.memory);
  EXPECT_DOUBLE_EQ(fit.terms.seconds_per_byte, base.seconds_per_byte);
  // 1 ms for 2e6 operations at a peak of 1e10 a second.
  EXPECT_NEAR(fit.terms.slowdown[0], 5, 1e-6);
  EXPECT_NEAR(fit.terms.launch_seconds, 1e-5, 1e-10);
}

TEST(LatencyCalibration, NoiseOfTenPercentCostsAboutTenPercent) {
  std::vector<TimedWork> works = timed(device(), 60);
  Random random(11);
  for (TimedWork& work : works) work.seconds *= std::exp(0.2 * random.uniform() - 0.1);
  RooflineTerms base = roofline_terms(device());
  base.slowdown = {1, 2, 2};
  const RooflineFit fit = fit_roofline(works, base, kPeak);
  EXPECT_LT(mape_percent(fit.left_out, seconds_of(works)), 10);
  EXPECT_GT(mape_percent(fit.left_out, seconds_of(works)), 2);
}

TEST(LatencyCalibration, AProfileWithoutBandwidthIsNamed) {
  DeviceProfile profile = device();
  profile.dram_bytes_per_s.reset();
  std::string message;
  try {
    static_cast<void>(roofline_terms(profile));
  } catch (const std::exception& error) {
    message = error.what();
  }
  EXPECT_EQ(message, "profile 'box' has no memory.dram_bw_Bps; add it to the profile");
}

}  // namespace
}  // namespace coppice

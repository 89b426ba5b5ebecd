#include "predictors/energy_calibration.hpp"

#include <gtest/gtest.h>

#include "supernet/base/random.hpp"

namespace coppice {
namespace {

// Networks whose time, work and traffic do not move together.
std::vector<MeteredWork> networks(const EnergyTerms& truth, std::size_t count) {
  Random random(1);
  std::vector<MeteredWork> all;
  for (std::size_t i = 0; i < count; ++i) {
    MeteredWork work{1e-3 * (1 + 9 * random.uniform()),
                     1e6 * (1 + 9 * random.uniform()),
                     1e5 * (1 + 9 * random.uniform()),
                     0};
    work.joules = joules_of(work, truth);
    all.push_back(work);
  }
  return all;
}

TEST(EnergyCalibration, JoulesAreTheSumOfThreeTerms) {
  // 2 W x 10 ms + 3e6 x 400 pJ + 5e5 x 100 pJ
  EXPECT_NEAR(
      joules_of({0.01, 3e6, 5e5, 0}, {2, 400e-12, 100e-12}), 0.02 + 0.0012 + 0.00005, 1e-15);
}

TEST(EnergyCalibration, ExactEnergiesGiveTheirTermsBack) {
  const EnergyTerms fitted = fit_energy(networks({2.5, 300e-12, 120e-12}, 20));
  EXPECT_NEAR(fitted.static_watts, 2.5, 1e-9);
  EXPECT_NEAR(fitted.joules_per_mac, 300e-12, 1e-19);
  EXPECT_NEAR(fitted.joules_per_byte, 120e-12, 1e-18);
}

TEST(EnergyCalibration, NoTermBecomesNegative) {
  // More work for less energy, as noise can have it: the term of the work is 0, not negative.
  std::vector<MeteredWork> odd = networks({2, 0, 0}, 12);
  for (MeteredWork& work : odd) work.joules *= 1.1 - work.macs / 1e8;
  const EnergyTerms fitted = fit_energy(odd);
  EXPECT_EQ(fitted.joules_per_mac, 0);
  EXPECT_GT(fitted.static_watts, 1.5);
}

TEST(EnergyCalibration, RelativeErrorsCountSoThatSmallNetworksDo) {
  // Two networks of 1 mJ and 1000 mJ; one watt of static power explains neither exactly. The least
  // squares of E / T - 1 with E = P T: P = (1/m1 + 1/m2) / (1/m1^2 + 1/m2^2) of m = E / T.
  const std::vector<MeteredWork> two{{1e-3, 0, 0, 1e-3}, {0.5, 0, 0, 1.0}};
  EXPECT_NEAR(fit_energy(two).static_watts, (1.0 + 0.5) / (1.0 + 0.25), 1e-12);
}

TEST(EnergyCalibration, WhatIsLeftOutDoesNotExplainItself) {
  std::vector<MeteredWork> all = networks({2, 300e-12, 100e-12}, 15);
  all[4].joules *= 3;  // one outlier
  const std::vector<double> predicted = left_out_joules(all);
  ASSERT_EQ(predicted.size(), 15U);
  // Fitted to the others it is predicted as if it had not been measured at all.
  EXPECT_NEAR(predicted[4], all[4].joules / 3, 1e-9);
  std::vector<MeteredWork> others = all;
  others.erase(others.begin());
  EXPECT_EQ(predicted[0], joules_of(all[0], fit_energy(others)));
}

}  // namespace
}  // namespace coppice

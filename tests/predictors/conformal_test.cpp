#include "predictors/conformal.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "supernet/base/random.hpp"

namespace coppice {
namespace {

double half_width(const std::vector<double>& residuals) {
  return pooled_half_width(residuals, residuals.size(), 0.9);
}

TEST(Conformal, TakesTheRankThatTheFiniteSampleCorrectionAsksFor) {
  // ceil(10 * 0.9) = 9: the largest of nine, whatever the signs.
  EXPECT_DOUBLE_EQ(half_width({1, -2, 3, -4, 5, -6, 7, -8, 9}), 9);
  // ceil(20 * 0.9) = 18 of 19.
  std::vector<double> residuals;
  for (int i = 19; i >= 1; --i) residuals.push_back(i);
  EXPECT_DOUBLE_EQ(half_width(residuals), 18);
}

TEST(Conformal, TooFewResidualsGiveNoInterval) {
  EXPECT_LT(half_width({1, 2, 3, 4, 5, 6, 7, 8}), 0);
  EXPECT_LT(half_width({}), 0);
}

TEST(Conformal, APoolThatHasEachResidualOftenGivesTheSameWidth) {
  std::vector<double> residuals;
  std::vector<double> pool;
  for (int i = 1; i <= 19; ++i) {
    residuals.push_back(i);
    for (int k = 0; k < 7; ++k) pool.push_back(i % 2 == 0 ? i : -i);
  }
  EXPECT_DOUBLE_EQ(pooled_half_width(pool, 19, 0.9), half_width(residuals));
  EXPECT_LT(pooled_half_width(pool, 8, 0.9), 0);
}

TEST(Conformal, CoversNewErrorsAsOftenAsPromised) {
  Random random(3);
  int covered = 0;
  const int trials = 4000;
  for (int trial = 0; trial < trials; ++trial) {
    std::vector<double> residuals;
    for (int i = 0; i < 29; ++i) residuals.push_back(std::exp(random.normal()));
    covered += std::exp(random.normal()) <= half_width(residuals) ? 1 : 0;
  }
  EXPECT_NEAR(static_cast<double>(covered) / trials, 0.9, 0.02);
}

}  // namespace
}  // namespace coppice

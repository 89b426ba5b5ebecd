#include "predictors/estimate.hpp"

#include <gtest/gtest.h>

namespace coppice {
namespace {

TEST(Estimate, FactorOfTwoHalvesAndDoubles) {
  const Estimate e = within_factor(8, 2);
  EXPECT_EQ(e.low, 4);
  EXPECT_EQ(e.nominal, 8);
  EXPECT_EQ(e.high, 16);
}

TEST(Estimate, IndependentSmallErrorsCombineAsRootOfSquares) {
  const Estimate product = within_factor(10, 1.03) * within_factor(2, 1.04);
  EXPECT_DOUBLE_EQ(product.nominal, 20);
  EXPECT_NEAR(product.high, 20 * 1.05, 0.02);
  EXPECT_NEAR(product.low, 20 / 1.05, 0.02);
}

TEST(Estimate, ProductWithAnExactValueKeepsTheFactor) {
  const Estimate product = within_factor(10, 2) * exactly(3);
  EXPECT_DOUBLE_EQ(product.low, 15);
  EXPECT_DOUBLE_EQ(product.high, 60);
}

TEST(Estimate, SumAddsBoundsAsIfPartsErredTogether) {
  const Estimate sum = within_factor(10, 2) + exactly(1);
  EXPECT_EQ(sum.low, 6);
  EXPECT_EQ(sum.nominal, 11);
  EXPECT_EQ(sum.high, 21);
}

TEST(Estimate, ScalingKeepsTheRatioOfTheBounds) {
  const Estimate scaled = within_factor(3, 2) * 10.0;
  EXPECT_EQ(scaled.low, 15);
  EXPECT_EQ(scaled.high, 60);
}

TEST(Estimate, NothingTimesAnythingIsExactlyNothing) {
  const Estimate product = exactly(0) * within_factor(5, 2);
  EXPECT_EQ(product.low, 0);
  EXPECT_EQ(product.nominal, 0);
  EXPECT_EQ(product.high, 0);
}

}  // namespace
}  // namespace coppice

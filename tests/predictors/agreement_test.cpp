#include "predictors/agreement.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "supernet/base/random.hpp"

namespace coppice {
namespace {

using Values = std::vector<double>;

// By the definition, over all pairs.
double slow_tau(const Values& a, const Values& b) {
  double agree = 0;
  double pairs_a = 0;
  double pairs_b = 0;
  const auto sign = [](double x) { return x > 0 ? 1.0 : (x < 0 ? -1.0 : 0.0); };
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const double sa = sign(a[i] - a[j]);
      const double sb = sign(b[i] - b[j]);
      agree += sa * sb;
      pairs_a += sa * sa;
      pairs_b += sb * sb;
    }
  }
  return agree / std::sqrt(pairs_a * pairs_b);
}

TEST(Agreement, RmseIsInTheUnitOfTheValues) {
  EXPECT_DOUBLE_EQ(rmse({1, 2, 3}, {1, 2, 3}), 0);
  EXPECT_DOUBLE_EQ(rmse({3, 4}, {0, 0}), std::sqrt(12.5));
}

TEST(Agreement, MapeIsInPercentAndSkipsZeros) {
  EXPECT_DOUBLE_EQ(mape_percent({11, 18}, {10, 20}), 10);
  EXPECT_DOUBLE_EQ(mape_percent({11, 5}, {10, 0}), 10);
  EXPECT_DOUBLE_EQ(mape_percent({-11}, {-10}), 10);
  EXPECT_TRUE(std::isnan(mape_percent({1}, {0})));
}

TEST(Agreement, KendallsTauOfKnownOrders) {
  EXPECT_DOUBLE_EQ(kendall_tau({1, 2, 3, 4}, {10, 20, 30, 40}), 1);
  EXPECT_DOUBLE_EQ(kendall_tau({1, 2, 3, 4}, {4, 3, 2, 1}), -1);
  // Five pairs agree, one does not.
  EXPECT_DOUBLE_EQ(kendall_tau({1, 2, 3, 4}, {1, 2, 4, 3}), 4.0 / 6);
  EXPECT_DOUBLE_EQ(kendall_tau({1, 1, 1}, {1, 2, 3}), 0);
  EXPECT_DOUBLE_EQ(kendall_tau({5}, {7}), 0);
}

TEST(Agreement, KendallsTauCorrectsForTiesAsTheDefinitionDoes) {
  Random random(2);
  for (int trial = 0; trial < 50; ++trial) {
    Values a;
    Values b;
    for (int i = 0; i < 40; ++i) {
      a.push_back(static_cast<double>(random.below(12)));
      b.push_back(a.back() + static_cast<double>(random.below(8)));
    }
    ASSERT_NEAR(kendall_tau(a, b), slow_tau(a, b), 1e-12) << "trial " << trial;
  }
}

TEST(Agreement, SpearmansRhoComparesRanks) {
  EXPECT_DOUBLE_EQ(spearman_rho({1, 2, 3, 4}, {1, 8, 27, 64}), 1);
  EXPECT_DOUBLE_EQ(spearman_rho({1, 2, 3, 4}, {4, 3, 2, 1}), -1);
  // d = 0, 1, 1, 0: 1 - 6 x 2 / (4 x 15)
  EXPECT_DOUBLE_EQ(spearman_rho({1, 2, 3, 4}, {10, 30, 20, 40}), 0.8);
  // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 / sqrt(4.5 x 5)
  EXPECT_DOUBLE_EQ(spearman_rho({1, 2, 2, 3}, {1, 2, 3, 4}), 4.5 / std::sqrt(4.5 * 5));
  EXPECT_DOUBLE_EQ(spearman_rho({1, 1, 1}, {1, 2, 3}), 0);
}

TEST(Agreement, BiasLooksAtTheTenThatArePredictedBest) {
  Values predicted;
  Values measured;
  for (int i = 0; i < 20; ++i) {
    predicted.push_back(i);
    measured.push_back(i >= 10 ? i - 2.0 : i + 5.0);
  }
  EXPECT_DOUBLE_EQ(top_ten_bias(predicted, measured, true), 2);
  EXPECT_DOUBLE_EQ(top_ten_bias(predicted, measured, false), -5);
  EXPECT_DOUBLE_EQ(top_ten_bias({1, 2}, {0, 0}, true), 1.5);
}

}  // namespace
}  // namespace coppice

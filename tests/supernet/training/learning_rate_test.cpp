#include "supernet/training/learning_rate.hpp"

#include <gtest/gtest.h>

namespace coppice {
namespace {

TEST(LearningRate, WarmsUpInAStraightLine) {
  EXPECT_DOUBLE_EQ(learning_rate(0, 4, 20, 0.0, 1.0), 0.25);
  EXPECT_DOUBLE_EQ(learning_rate(1, 4, 20, 0.0, 1.0), 0.5);
  EXPECT_DOUBLE_EQ(learning_rate(3, 4, 20, 0.2, 1.0), 1.0);
}

TEST(LearningRate, ThenFollowsHalfACosine) {
  EXPECT_DOUBLE_EQ(learning_rate(4, 4, 20, 0.0, 1.0), 1.0);
  EXPECT_NEAR(learning_rate(12, 4, 20, 0.0, 1.0), 0.5, 1e-12);
  EXPECT_LT(learning_rate(19, 4, 20, 0.0, 1.0), 0.01);
}

TEST(LearningRate, WithoutWarmUpStartsAtThePeak) {
  EXPECT_DOUBLE_EQ(learning_rate(0, 0, 10, 0.1, 0.8), 0.8);
}

}  // namespace
}  // namespace coppice

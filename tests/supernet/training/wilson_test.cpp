#include "supernet/training/wilson.hpp"

#include <gtest/gtest.h>

namespace coppice {
namespace {

TEST(Wilson, FollowsTheFormula) {
  // p = 0.9, n = 100, z = 1.645: (0.9 + z2/200 - z sqrt(0.09/100 + z2/40000)) / (1 + z2/100).
  EXPECT_NEAR(wilson_lower_bound(90, 100), 83.964, 1e-3);
  EXPECT_NEAR(wilson_lower_bound(92, 10000), 91.542, 1e-3);
}

TEST(Wilson, MoreImagesMakeItSurer) {
  EXPECT_LT(wilson_lower_bound(90, 100), wilson_lower_bound(90, 1000));
  EXPECT_LT(wilson_lower_bound(90, 1000), 90);
  EXPECT_NEAR(wilson_lower_bound(0, 10), 0, 1e-12);
}

}  // namespace
}  // namespace coppice

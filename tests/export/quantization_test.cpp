#include "export/quantization.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

TEST(Quantization, ScaleCoversTheRangeAndZeroExactly) {
  const ValueScale both = scale_of({-1, 4.1F});
  EXPECT_FLOAT_EQ(both.scale, 5.1F / 255);
  EXPECT_EQ(both.zero_point, 50);
  EXPECT_EQ(scale_of({0, 6}).zero_point, 0);
  EXPECT_FLOAT_EQ(scale_of({2, 6}).scale, 6.0F / 255);  // 0 is always covered
  EXPECT_EQ(scale_of({-3, -1}).zero_point, 255);
  EXPECT_EQ(scale_of({0, 0}).scale, 1);
}

TEST(Quantization, RangesThatAreNoneAreRefused) {
  EXPECT_EQ(message_of([] {
              return scale_of({2, 1});
            }),
            "a value ranges from 2 to 1, which cannot be quantised");
  EXPECT_EQ(message_of([] {
              return scale_of({0, std::numeric_limits<float>::infinity()});
            }),
            "a value ranges from 0 to inf, which cannot be quantised");
}

TEST(Quantization, EachChannelHasItsOwnScale) {
  const QuantizedWeight q =
      quantize_weight({{2, 1, 1, 2}, {0.5F, -1.27F, 100, 127}}, {{2}, {1, -2}}, 0.1F);
  EXPECT_EQ(q.values, (std::vector<std::int8_t>{50, -127, 100, 127}));
  EXPECT_FLOAT_EQ(q.scales[0], 0.01F);
  EXPECT_FLOAT_EQ(q.scales[1], 1);
  EXPECT_EQ(q.bias, (std::vector<std::int32_t>{1000, -20}));
  const PlainTensor back = dequantized(q);
  EXPECT_EQ(back.shape, (std::vector<std::int64_t>{2, 1, 1, 2}));
  EXPECT_NEAR(back.values[0], 0.5, 1e-6);
  EXPECT_NEAR(back.values[3], 127, 1e-6);
}

TEST(Quantization, ChannelWithoutWeightsKeepsItsBias) {
  const QuantizedWeight q = quantize_weight({{2, 1, 1, 1}, {0, 1e-30F}}, {{2}, {3, 0}}, 0.5F);
  EXPECT_NEAR(q.bias[0] * double{q.scales[0]} * 0.5, 3, 1e-6);
  EXPECT_GT(q.bias[0], 1 << 29);
  EXPECT_EQ(q.bias[1], 0);
  EXPECT_EQ(quantize_weight({{1, 1, 1, 1}, {0}}, {}, 1).scales[0], 1);
}

}  // namespace
}  // namespace coppice

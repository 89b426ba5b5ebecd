#include "experiments/report/labels.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace coppice {
namespace {

TEST(Labels, UnitsComeFromTheName) {
  EXPECT_EQ(quantity_label("accuracy"), "accuracy [%]");
  EXPECT_EQ(quantity_label("latency_ms"), "latency [ms]");
  EXPECT_EQ(quantity_label("energy_mj"), "energy [mJ]");
  EXPECT_EQ(quantity_label("macs"), "MACs");
  EXPECT_EQ(quantity_label("params"), "params");
  EXPECT_EQ(quantity_label("_ms"), "_ms");
  EXPECT_EQ(quantity_word("peak_activation_bytes"), "peak_activation");
}

TEST(Labels, LimitsReadAsSentences) {
  EXPECT_EQ(limit_words(parse_limit("latency_ms<=2.5")), "latency <= 2.5 ms");
  EXPECT_EQ(limit_words(parse_limit("accuracy>=80")), "accuracy >= 80 %");
  EXPECT_EQ(limit_words(parse_limit("params<=300000")), "params <= 300000");
  EXPECT_EQ(limit_words(parse_limit("macs<=3.5e6")), "MACs <= 3.5 million");
}

TEST(Labels, NumbersSayWhenTheyAreNotKnown) {
  EXPECT_EQ(digits(88.456, 4), "88.46");
  EXPECT_EQ(digits(1924800, 3), "1920000");
  EXPECT_EQ(digits(1.5e-7, 3), "1.5e-07");
  EXPECT_EQ(digits(std::nan(""), 4), "unknown");
  EXPECT_EQ(range_words({0.5, 1, 2}, 3), "0.5 to 2");
  EXPECT_EQ(range_words({500, 1000, 2000}, 3), "500 to 2,000");
}

TEST(Labels, ThousandsStandApart) {
  EXPECT_EQ(grouped("192000"), "192,000");
  EXPECT_EQ(grouped("-1234567.125"), "-1,234,567.125");
  EXPECT_EQ(grouped("999"), "999");
  EXPECT_EQ(grouped("1.5e-07"), "1.5e-07");
  EXPECT_EQ(grouped("unknown"), "unknown");
}

TEST(Labels, LargeCountsAreRounded) {
  EXPECT_EQ(count_words("800"), "800");
  EXPECT_EQ(count_words("12345"), "12 thousand");
  EXPECT_EQ(count_words("551368216"), "551 million");
  EXPECT_EQ(count_words("21758655492572485851"), "2.2 x 10^19");
}

TEST(Labels, DurationsPickTheirUnit) {
  EXPECT_EQ(duration_words(90), "90 s");
  EXPECT_EQ(duration_words(600), "10 min");
  EXPECT_EQ(duration_words(9000), "2.5 h");
}

}  // namespace
}  // namespace coppice

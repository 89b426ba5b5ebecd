#include "experiments/report/text_table.hpp"

#include <gtest/gtest.h>

namespace coppice {
namespace {

TEST(TextTable, ColumnsAlignOverSeveralLines) {
  EXPECT_EQ(text_table({{"target", "latency\nmeasured"}, {"a <= 3", "1.5 ms\n1 to 2"}, {"b", "9"}}),
            "target   latency\n"
            "        measured\n"
            "----------------\n"
            "a <= 3    1.5 ms\n"
            "          1 to 2\n"
            "b              9\n");
}

TEST(TextTable, WithoutRowsThereIsNoText) { EXPECT_EQ(text_table({}), ""); }

TEST(TextTable, TextBreaksAtSpacesOnly) {
  EXPECT_EQ(wrapped("one two three", 7), "one two\nthree");
  EXPECT_EQ(wrapped("incompressible", 4), "incompressible");
  EXPECT_EQ(wrapped("", 4), "");
}

}  // namespace
}  // namespace coppice

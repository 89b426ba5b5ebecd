#include "predictors/csv.hpp"

#include <gtest/gtest.h>

#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

using Fields = std::vector<std::string>;

TEST(Csv, QuotedFieldsHoldCommasAndQuotes) {
  EXPECT_EQ(csv_fields(R"(a,"b, c","say ""d""",)"), (Fields{"a", "b, c", "say \"d\"", ""}));
}

TEST(Csv, WhatIsWrittenIsReadBack) {
  const Fields fields{"plain", "with, comma", "with \"quotes\"", "", "1.5"};
  EXPECT_EQ(csv_fields(csv_line(fields)), fields);
}

TEST(Csv, LineBreaksCannotSplitARow) {
  EXPECT_EQ(csv_line({"two\nlines", "b"}), "\"two lines\",b");
}

TEST(Csv, NumberRefusesTrailingText) {
  EXPECT_EQ(csv_number("-2.5e3", "x"), -2500);
  for (const char* bad : {"", "1,5", "12x", "nan", "inf", " 1"}) {
    EXPECT_THROW(static_cast<void>(csv_number(bad, "x")), Error) << bad;
  }
  EXPECT_EQ(message_of([] { (void)csv_number("abc", "f.csv line 3"); }),
            "f.csv line 3: 'abc' is not a number");
}

}  // namespace
}  // namespace coppice

#include "supernet/base/csv.hpp"

#include <gtest/gtest.h>

#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

using Fields = std::vector<std::string>;
using Rows = std::vector<Fields>;

Rows rows_of(const std::string& content, bool comments = false) {
  CsvReader reader(content, "f.csv", comments);
  Rows rows;
  while (auto row = reader.next()) rows.push_back(std::move(row->fields));
  return rows;
}

TEST(Csv, QuotedFieldsHoldCommasAndQuotes) {
  EXPECT_EQ(rows_of(R"(a,"b, c","say ""d""",)"), (Rows{{"a", "b, c", "say \"d\"", ""}}));
}

TEST(Csv, LinesMayEndInAnyWayAndEmptyOnesAreNone) {
  EXPECT_EQ(rows_of("a,b\r\n\r\nc,d\re,f\n\n"), (Rows{{"a", "b"}, {"c", "d"}, {"e", "f"}}));
}

TEST(Csv, AByteOrderMarkIsNoPartOfTheFirstField) {
  EXPECT_EQ(rows_of("\xef\xbb\xbf"
                    "a\n"),
            (Rows{{"a"}}));
}

TEST(Csv, CommentsArePassedOverWhereTheyAreExpected) {
  EXPECT_EQ(rows_of("# licence\na\n# more\nb", true), (Rows{{"a"}, {"b"}}));
  EXPECT_EQ(rows_of("#a\nb"), (Rows{{"#a"}, {"b"}}));
}

TEST(Csv, ARowKnowsItsLineBehindFieldsWithLineBreaks) {
  CsvReader reader("a,\"two\nlines\"\n\nb,c\n", "f.csv");
  EXPECT_EQ(reader.place(*reader.next()), "f.csv line 1");
  EXPECT_EQ(reader.place(*reader.next()), "f.csv line 4");
  EXPECT_FALSE(reader.next().has_value());
}

TEST(Csv, AQuoteThatIsNeverClosedIsNamedByItsLine) {
  EXPECT_EQ(message_of([] { rows_of("a\nb,\"c\nd\n"); }),
            "f.csv line 2: a quoted field is never closed");
}

TEST(Csv, AnotherHeaderIsRefused) {
  EXPECT_EQ(message_of([] {
              CsvReader reader("# x\na,c\n", "f.csv", true);
              require_header(reader, "a,b");
            }),
            "f.csv line 2: the first row is 'a,c', must be 'a,b'");
}

TEST(Csv, WhatIsWrittenIsReadBack) {
  const Fields fields{"plain", "with, comma", "with \"quotes\"", "", "1.5"};
  EXPECT_EQ(rows_of(csv_line(fields)), (Rows{fields}));
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

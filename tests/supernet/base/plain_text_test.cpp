#include "supernet/base/plain_text.hpp"

#include <gtest/gtest.h>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

TEST(PlainText, LeavesTextAsItIs) {
  const std::string text = "accuracy \xc3\xa9 \xe2\x89\xa4 \xf0\x9f\x8c\xb1 ~";
  EXPECT_EQ(printable(text), text);
}

TEST(PlainText, EscapesWhatIsNoText) {
  EXPECT_EQ(printable("\x1b[2J\x7f"), "\\x1b[2J\\x7f");
  EXPECT_EQ(printable("\x89HDF"), "\\x89HDF");
  EXPECT_EQ(printable(std::string("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b");           // a control character
  EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf");           // overlong
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // a surrogate
  EXPECT_EQ(printable("\xe2\x89"), "\\xe2\\x89");           // cut off
  EXPECT_EQ(printable("\xf5\x80\x80\x80"), "\\xf5\\x80\\x80\\x80");
}

TEST(PlainText, ZeroBytesAreRefused) {
  require_plain_text("a = 1\n", "a.ini");
  try {
    require_plain_text(std::string("a\0", 2), "a.ini");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.failure(), Failure::usage);
    EXPECT_STREQ(error.what(), "a.ini is no text file: it holds zero bytes; give a text file");
  }
}

}  // namespace
}  // namespace coppice

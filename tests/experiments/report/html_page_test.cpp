#include "experiments/report/html_page.hpp"

#include <gtest/gtest.h>

namespace coppice {
namespace {

TEST(HtmlPage, TextIsEscaped) {
  EXPECT_EQ(escaped("<script>\"a\" & 'b'</script>\x01"),
            "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt; ");
}

TEST(HtmlPage, EveryPieceEscapesItsText) {
  const std::string bad = "<script>";
  for (const Html& piece : {paragraph(bad, bad),
                            badge(bad),
                            cell(bad),
                            preformatted(bad),
                            section(bad, {}),
                            details(bad, {}),
                            table({bad}, {{cell(bad)}})}) {
    EXPECT_EQ(piece.code.find(bad), std::string::npos) << piece.code;
    EXPECT_NE(piece.code.find("&lt;script&gt;"), std::string::npos) << piece.code;
  }
  EXPECT_EQ(page(bad, {}, "{}").find("<title>" + bad), std::string::npos);
}

TEST(HtmlPage, NothingComesFromTheNetwork) {
  const std::string whole = page("t", {paragraph("p")}, "{}");
  for (const char* word : {"src=\"", "@import", "<link", "<iframe"}) {
    EXPECT_EQ(whole.find(word), std::string::npos) << word;
  }
  EXPECT_NE(whole.find("Content-Security-Policy\" content=\"default-src 'none';"),
            std::string::npos);
}

TEST(HtmlPage, CellsNameTheirColumnForNarrowScreens) {
  const std::string code = table({"step", "time"}, {{cell("train"), cell("3 s")}}).code;
  EXPECT_NE(code.find("<td data-label=\"time\"><span class=\"in\">3 s</span></td>"),
            std::string::npos);
}

}  // namespace
}  // namespace coppice

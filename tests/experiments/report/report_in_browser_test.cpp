// The report in a real browser: charts draw, points can be hovered, picked and walked with keys,
// nothing is fetched, text stays text, a phone does not scroll sideways, paper takes two pages.
#include <gtest/gtest.h>

#include <algorithm>

#include "experiments/report/report_page.hpp"
#include "experiments/report/vega_plot.hpp"
#include "supernet/base/files.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/browser.hpp"
#include "tests/support/prepared_run.hpp"

namespace coppice {
namespace {

constexpr const char* kBad = "<script>document.title='run'</script><img src=x>";
constexpr const char* kDrawn = "document.documentElement.dataset.charts === 'drawn'";

class ReportInBrowser : public ::testing::Test {
 protected:
  void SetUp() override {
    program_ = Browser::find();
    if (program_.empty()) GTEST_SKIP() << "no Chromium: install the package chromium";
    if (vega_script().empty()) GTEST_SKIP() << "built without Vega: install libjs-vega";
    prepared::write_run(folder_.path());
    prepared::write_supernet(folder_.path(), kBad);
    ModelCard card = prepared::card_of(prepared::space().largest());
    card.accuracy.value->dataset = kBad;
    prepared::write_card(folder_ / "exports", card);
    page_ = folder_ / "report.html";
    write_text_file(page_, report_page(summarize_run(folder_.path())));
  }

  std::string program_;
  std::filesystem::path page_;
  const TemporaryFolder folder_;
};

TEST_F(ReportInBrowser, ChartsDrawWithoutComplaintAndWithoutRequests) {
  Browser browser(program_, 1200, 900);
  browser.open(page_);
  ASSERT_TRUE(browser.becomes_true(kDrawn));
  EXPECT_GE(browser.evaluate("document.querySelectorAll('figure.chart').length").get<int>(), 5);
  EXPECT_EQ(browser.evaluate("document.querySelectorAll('figure.chart:not(.live)').length"), 0);
  EXPECT_GT(
      browser.evaluate("document.querySelectorAll('.view .mark-symbol path').length").get<int>(),
      24);
  EXPECT_TRUE(browser.complaints().empty()) << browser.complaints().front();
  EXPECT_TRUE(browser.requests().empty()) << browser.requests().front();
}

TEST_F(ReportInBrowser, TextOfTheRunStaysText) {
  Browser browser(program_, 1200, 900);
  browser.open(page_);
  ASSERT_TRUE(browser.becomes_true(kDrawn));
  EXPECT_NE(browser.evaluate("document.title"), "run");
  EXPECT_EQ(browser.evaluate("document.querySelectorAll('img').length"), 0);
  EXPECT_TRUE(browser.evaluate("document.body.innerText.includes('<img src=x>')").get<bool>());
}

// Where the last point of the front stands on the screen.
nlohmann::json place_of_front_point(Browser& browser) {
  return browser.evaluate(R"((() => {
    const view = document.querySelector('figure.chart .view');
    view.scrollIntoView({block: 'center'});
    const points = [...view.querySelectorAll('.mark-symbol path')]
        .filter(p => p.__data__.datum && p.__data__.datum.network &&
                     p.__data__.datum.hint.includes('chosen (predicted)'));
    const box = points[0].getBoundingClientRect();
    return {x: box.x + box.width / 2, y: box.y + box.height / 2};
  })())");
}

TEST_F(ReportInBrowser, HoveringTellsAndClickingShowsTheNetwork) {
  Browser browser(program_, 1200, 900);
  browser.open(page_);
  ASSERT_TRUE(browser.becomes_true(kDrawn));
  const auto place = place_of_front_point(browser);
  browser.move_mouse(place["x"], place["y"]);
  EXPECT_TRUE(browser.becomes_true(
      "!document.querySelector('.tip').classList.contains('hidden') && "
      "document.querySelector('.tip').textContent.includes('accuracy [%] 88.5')"))
      << browser.evaluate("document.querySelector('.tip').textContent");
  browser.click(place["x"], place["y"]);
  const std::string line = to_text(prepared::space(), prepared::space().largest());
  EXPECT_TRUE(browser.becomes_true("document.querySelector('#picked code').textContent === '" +
                                   line + "'"));
  const int blocks = browser.evaluate("document.querySelectorAll('#picked li').length").get<int>();
  EXPECT_GT(blocks, 3);
  EXPECT_TRUE(browser
                  .evaluate("document.querySelector('#picked li.k1').getAttribute('aria-label')"
                            ".includes('MACs')")
                  .get<bool>());
}

TEST_F(ReportInBrowser, KeysWalkTheFrontAndMoveTheChart) {
  Browser browser(program_, 1200, 900);
  browser.open(page_);
  ASSERT_TRUE(browser.becomes_true(kDrawn));
  const auto picked = [&] {
    return browser.evaluate("document.querySelector('#picked code').textContent");
  };
  const auto first = picked();
  browser.evaluate("document.getElementById('walk').focus()");
  browser.command("Input.dispatchKeyEvent",
                  {{"type", "rawKeyDown"}, {"key", "ArrowRight"}, {"windowsVirtualKeyCode", 39}});
  EXPECT_NE(picked(), first);
  const std::string place =
      "Math.round(document.querySelector('.view .mark-symbol path').getBoundingClientRect().x)";
  const std::string before = browser.evaluate(place).dump();
  browser.evaluate("document.querySelector('.view').focus()");
  browser.press("+");
  browser.press("ArrowRight");
  EXPECT_TRUE(browser.becomes_true(place + " !== " + before));
  browser.press("0");
  EXPECT_TRUE(browser.becomes_true(place + " === " + before));
}

TEST_F(ReportInBrowser, APhoneShowsItWithoutScrollingSideways) {
  Browser browser(program_, 360, 740);
  browser.open(page_);
  ASSERT_TRUE(browser.becomes_true(kDrawn));
  EXPECT_LE(browser.evaluate("document.documentElement.scrollWidth").get<int>(), 360);
}

TEST_F(ReportInBrowser, DarkScreensGetDarkPaper) {
  Browser browser(program_, 1200, 900);
  browser.open(page_);
  const std::string back = "getComputedStyle(document.body).backgroundColor";
  const auto light = browser.evaluate(back);
  browser.command("Emulation.setEmulatedMedia",
                  {{"features", {{{"name", "prefers-color-scheme"}, {"value", "dark"}}}}});
  EXPECT_NE(browser.evaluate(back), light);
}

TEST_F(ReportInBrowser, PaperTakesTwoPages) {
  Browser browser(program_, 1200, 900);
  browser.open(page_);
  ASSERT_TRUE(browser.becomes_true(kDrawn));
  // A range that does not exist makes the browser say how many pages there are.
  const auto prints = [&browser](const std::string& range) {
    try {
      browser.command(
          "Page.printToPDF",
          {{"pageRanges", range}, {"preferCSSPageSize", true}, {"printBackground", true}});
      return true;
    } catch (const std::runtime_error&) {
      return false;
    }
  };
  EXPECT_TRUE(prints("1-2"));
  EXPECT_TRUE(prints("2"));
  EXPECT_FALSE(prints("3")) << "there is a third page";
}

}  // namespace
}  // namespace coppice

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

// A range that does not exist makes the browser say how many pages there are.
bool prints(Browser& browser, const std::string& range) {
  try {
    browser.command(
        "Page.printToPDF",
        {{"pageRanges", range}, {"preferCSSPageSize", true}, {"printBackground", true}});
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

TEST_F(ReportInBrowser, PaperTakesTwoPages) {
  Browser browser(program_, 1200, 900);
  browser.open(page_);
  ASSERT_TRUE(browser.becomes_true(kDrawn));
  EXPECT_TRUE(prints(browser, "1-2"));
  EXPECT_TRUE(prints(browser, "2"));
  EXPECT_FALSE(prints(browser, "3")) << "there is a third page";
}

// What the quick start leaves: three targets, nine steps, and searches carried out beside it.
TEST_F(ReportInBrowser, PaperTakesTwoPagesForThreeTargetsToo) {
  std::filesystem::remove(folder_ / "search.h5");
  std::filesystem::remove_all(folder_ / "exports");
  std::string best;
  for (int i = 1; i <= 3; ++i) {
    const std::string n = std::to_string(i);
    prepared::write_search(folder_ / ("search-" + n + ".h5"), "latency_ms<=" + n);
    const auto& network = i == 1 ? prepared::space().smallest() : prepared::space().largest();
    best += to_text(prepared::space(), network) + "\n";
    prepared::write_card(folder_ / "exports" / n, prepared::card_of(network));
  }
  write_text_file(folder_ / "best.jsonl", best);
  PhaseRecord step;
  step.duration = Seconds(10);
  step.energy_j = {50, 100, 200};
  const GridIntensity grid{"TST", "Testland", 500, 2024, "test source"};
  for (const char* phase : {"fit accuracy", "search 1", "search 2", "search 3", "export"}) {
    step.phase = phase;
    append_energy_csv(folder_ / "energy.csv", {step}, grid, 1.0, {});
  }
  for (const char* scenario : {"scenario-1", "scenario-2"}) {
    std::filesystem::create_directories(folder_ / "searches" / scenario);
    append_energy_csv(folder_ / "searches" / scenario / "energy.csv", {step}, grid, 1.0, {});
  }
  write_text_file(page_, report_page(summarize_run(folder_.path(), folder_ / "searches")));
  Browser browser(program_, 1200, 900);
  browser.open(page_);
  ASSERT_TRUE(browser.becomes_true(kDrawn));
  EXPECT_EQ(browser.evaluate("document.querySelectorAll('ol.blocks').length >= 3"), true);
  EXPECT_TRUE(prints(browser, "2"));
  EXPECT_FALSE(prints(browser, "3")) << "there is a third page";
}

// Tables become cards on a phone; paper, hardly wider, keeps them tables.
TEST_F(ReportInBrowser, PaperKeepsTables) {
  Browser browser(program_, 725, 900);
  browser.open(page_);
  const std::string row = "getComputedStyle(document.querySelector('tbody tr')).display";
  EXPECT_EQ(browser.evaluate(row), "block");
  browser.command("Emulation.setEmulatedMedia", {{"media", "print"}});
  EXPECT_EQ(browser.evaluate(row), "table-row");
}

// Without a mouse: everything that can be used is reached by the Tab key, and shows that it is.
TEST_F(ReportInBrowser, TheTabKeyReachesWhatCanBeUsed) {
  Browser browser(program_, 1200, 900);
  browser.open(page_);
  ASSERT_TRUE(browser.becomes_true(kDrawn));
  const int wanted =
      browser
          .evaluate(
              "[...document.querySelectorAll('a[href], button, summary, input, .view')]"
              ".filter(e => e.checkVisibility()).length")
          .get<int>();
  ASSERT_GT(wanted, 10);
  browser.evaluate("window.reached = new Set()");
  for (int i = 0; i < wanted + 5; ++i) {
    browser.command("Input.dispatchKeyEvent",
                    {{"type", "keyDown"}, {"key", "Tab"}, {"windowsVirtualKeyCode", 9}});
    browser.command("Input.dispatchKeyEvent",
                    {{"type", "keyUp"}, {"key", "Tab"}, {"windowsVirtualKeyCode", 9}});
    browser.evaluate("window.reached.add(document.activeElement)");
  }
  EXPECT_EQ(
      browser.evaluate("[...document.querySelectorAll('a[href], button, summary, input, .view')]"
                       ".filter(e => e.checkVisibility() && !window.reached.has(e)).length"),
      0);
  browser.evaluate("document.querySelector('.view').focus()");
  EXPECT_NE(browser.evaluate("getComputedStyle(document.querySelector('.view'), null)"
                             ".getPropertyValue('outline-style')"),
            "none");
}

}  // namespace
}  // namespace coppice

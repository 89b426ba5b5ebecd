#include "search/guided_search.hpp"

#include <gtest/gtest.h>

#include "search/random_search.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/fake_evaluator.hpp"

namespace coppice {
namespace {

SearchProblem problem_in(const SearchSpace& space, const std::vector<Objective>& objectives) {
  SearchProblem problem{space, all_choices(space), objectives, {parse_limit("gain0<=5")}, {}, {}};
  problem.ranges.assign(2, Range{0, 12});
  return problem;
}

GuidedOptions options_of(std::int64_t evaluations) {
  GuidedOptions options;
  options.evaluations = evaluations;
  options.asked = 400;
  return options;
}

/// A perfect predictor; notes how many measured networks it was fitted to.
Refit oracle(const SearchSpace& space, std::vector<std::size_t>& fitted) {
  return [&](const std::vector<Candidate>& measured) {
    fitted.push_back(measured.size());
    return std::make_unique<FakeEvaluator>(space, std::vector<std::string>{"noise0", "gain0"});
  };
}

TEST(GuidedSearch, WithAPerfectPredictorTheFirstRoundMeasuresTheBest) {
  const SearchSpace space = tiny_search_space();
  const FakeEvaluator measuring(space, {"noise0", "gain0"});
  const SearchProblem problem = problem_in(space, {{"noise0", true}});
  std::vector<std::size_t> fitted;
  const SearchSummary found =
      search_guided(problem, measuring, {oracle(space, fitted), {}}, options_of(30)).search;
  const SearchSummary all = search_random(problem, measuring, {100, 800});
  EXPECT_EQ(found.best->values, all.best->values);
  EXPECT_LE(found.best->values[1], 5);
  EXPECT_EQ(found.evaluations, 30);
  EXPECT_EQ(fitted, (std::vector<std::size_t>{20}));
}

TEST(GuidedSearch, MeasuresEachNetworkOnceAndRefitsAfterEveryBatch) {
  const SearchSpace space = tiny_search_space();
  const FakeEvaluator measuring(space, {"noise0", "gain0"});
  std::vector<std::size_t> fitted;
  const SearchProblem problem = problem_in(space, {{"noise0", true}, {"gain0", false}});
  const SearchSummary found =
      search_guided(problem, measuring, {oracle(space, fitted), {}}, options_of(55)).search;
  EXPECT_EQ(fitted, (std::vector<std::size_t>{20, 30, 40, 50}));
  const auto asked = measuring.asked();
  EXPECT_EQ(std::set<Architecture>(asked.begin(), asked.end()).size(), 55U);
  EXPECT_GT(found.front.size(), 1U);
}

TEST(GuidedSearch, GoesOnAfterAnInterruptionAsIfThereHadBeenNone) {
  const SearchSpace space = tiny_search_space();
  const FakeEvaluator measuring(space, {"noise0", "gain0"});
  const SearchProblem problem = problem_in(space, {{"noise0", true}});
  std::vector<std::size_t> fitted;
  static_cast<void>(search_guided(problem, measuring, {oracle(space, fitted), {}}, options_of(60)));
  const std::vector<Architecture> whole = measuring.asked();

  const FakeEvaluator again(space, {"noise0", "gain0"});
  SearchContext context;
  int left = 3;
  context.interrupted = [&left] { return left-- == 0; };
  SearchState state;
  context.checkpoint = [&state](const SearchState& now) { state = now; };
  static_cast<void>(
      search_guided(problem, again, {oracle(space, fitted), {}}, options_of(60), context));
  EXPECT_EQ(again.asked().size(), 40U);
  SearchContext later;
  later.resume = state;
  static_cast<void>(
      search_guided(problem, again, {oracle(space, fitted), {}}, options_of(60), later));
  EXPECT_EQ(again.asked(), whole);
}

TEST(GuidedSearch, UsesUpASmallSpace) {
  const SearchSpace space = tiny_search_space();
  const FakeEvaluator measuring(space, {"noise0", "gain0"});
  std::vector<std::size_t> fitted;
  GuidedOptions options = options_of(5000);
  options.batch = 200;
  const SearchSummary found =
      search_guided(
          problem_in(space, {{"noise0", true}}), measuring, {oracle(space, fitted), {}}, options)
          .search;
  EXPECT_EQ(found.evaluations, 800);
  EXPECT_EQ(found.stopped_because, StopReason::exhausted);
}

/// Sees everything twice as good as it is where gain0 is odd: its best must disappoint.
class Overrating final : public Evaluator {
 public:
  explicit Overrating(const SearchSpace& space) : inner_(space, {"noise0", "gain0"}) {}
  [[nodiscard]] const std::vector<std::string>& names() const override { return inner_.names(); }
  [[nodiscard]] std::vector<double> evaluate(
      const std::vector<Architecture>& architectures) const override {
    std::vector<double> rows = inner_.evaluate(architectures);
    for (std::size_t i = 0; i < architectures.size(); ++i) {
      if (architectures[i].genes.front() != 0) rows[2 * i] *= 2;
    }
    return rows;
  }

 private:
  FakeEvaluator inner_;
};

TEST(GuidedSearch, MeasuresTheBestTenByPredictionBeforeItEndsAndAnswersWithMeasuredValues) {
  const SearchSpace space = tiny_search_space();
  const FakeEvaluator measuring(space, {"noise0", "gain0"});
  const SearchProblem problem = problem_in(space, {{"noise0", true}});
  GuidedOptions options = options_of(40);
  options.finalists = 10;
  const Guide guide{[&](const auto&) { return std::make_unique<Overrating>(space); }, {}};
  const GuidedSummary found = search_guided(problem, measuring, guide, options);
  ASSERT_EQ(found.finalists.size(), 10U);
  const auto asked = measuring.asked();
  double best = 0;
  for (const Architecture& each : asked) {
    const auto values = measuring.values(each);
    if (values[1] <= 5) best = std::max(best, values[0]);
  }
  EXPECT_EQ(found.search.best->values[0], best);
  const Overrating predictor(space);
  double before = 1e9;
  for (const Candidate& finalist : found.finalists) {
    EXPECT_EQ(finalist.values, measuring.values(finalist.architecture));
    EXPECT_NE(std::find(asked.begin(), asked.end(), finalist.architecture), asked.end());
    const double predicted = predictor.evaluate({finalist.architecture})[0];
    EXPECT_LE(predicted, before);
    before = predicted;
  }
  EXPECT_EQ(std::set<Architecture>(asked.begin(), asked.end()).size(), asked.size());
  EXPECT_EQ(found.search.evaluations, static_cast<std::int64_t>(asked.size()));
}

TEST(GuidedSearch, FinalistsOfAFrontAreItsMembersAsMostTen) {
  const SearchSpace space = tiny_search_space();
  const FakeEvaluator measuring(space, {"noise0", "gain0"});
  const SearchProblem problem = problem_in(space, {{"noise0", true}, {"gain0", false}});
  GuidedOptions options = options_of(40);
  options.finalists = 10;
  std::vector<std::size_t> fitted;
  const GuidedSummary found =
      search_guided(problem, measuring, {oracle(space, fitted), {}}, options);
  ASSERT_GE(found.finalists.size(), 2U);
  EXPECT_LE(found.finalists.size(), 10U);
  // The predictor is perfect, so none of them dominates another.
  for (const Candidate& a : found.finalists) {
    for (const Candidate& b : found.finalists) {
      EXPECT_FALSE(a.values[0] > b.values[0] && a.values[1] < b.values[1]);
    }
  }
}

TEST(GuidedSearch, WhatIsKnownCostsNothingAndSparesTheFirstRound) {
  const SearchSpace space = tiny_search_space();
  const FakeEvaluator measuring(space, {"noise0", "gain0"});
  const SearchProblem problem = problem_in(space, {{"noise0", true}});
  const auto all = all_architectures(space);
  const std::vector<Architecture> known(all.begin(), all.begin() + 25);
  std::vector<std::size_t> fitted;
  const GuidedSummary found =
      search_guided(problem, measuring, {oracle(space, fitted), known}, options_of(20));
  EXPECT_EQ(fitted, (std::vector<std::size_t>{25, 35}));
  EXPECT_EQ(found.search.evaluations, 20);
  const auto asked = measuring.asked();
  ASSERT_EQ(asked.size(), 45U);  // the known ones are looked up once
  EXPECT_EQ(std::set<Architecture>(asked.begin(), asked.end()).size(), 45U);
  EXPECT_TRUE(found.finalists.empty());
}

TEST(GuidedSearch, AFewKnownOnesAreCompletedBeforeTheFirstFit) {
  const SearchSpace space = tiny_search_space();
  const FakeEvaluator measuring(space, {"noise0", "gain0"});
  SearchProblem problem = problem_in(space, {{"noise0", true}});
  problem.start = {space.largest()};
  const auto all = all_architectures(space);
  const std::vector<Architecture> known(all.begin(), all.begin() + 7);
  std::vector<std::size_t> fitted;
  static_cast<void>(
      search_guided(problem, measuring, {oracle(space, fitted), known}, options_of(23)));
  EXPECT_EQ(fitted, (std::vector<std::size_t>{20}));
  EXPECT_EQ(measuring.asked()[7], space.largest());
}

TEST(GuidedSearch, AFinishedSearchThatGoesOnHasTheSameFinalistsAndMeasuresNothing) {
  const SearchSpace space = tiny_search_space();
  const FakeEvaluator measuring(space, {"noise0", "gain0"});
  const SearchProblem problem = problem_in(space, {{"noise0", true}});
  GuidedOptions options = options_of(40);
  options.finalists = 10;
  // A fit that leans to what was measured last, so that finalists depend on when it was made.
  const Guide guide{[&](const std::vector<Candidate>& measured) {
                      return std::make_unique<FakeEvaluator>(
                          space, std::vector<std::string>{"noise0", "gain0"}, measured.size());
                    },
                    {}};
  SearchContext context;
  SearchState state;
  context.checkpoint = [&state](const SearchState& now) { state = now; };
  const GuidedSummary whole = search_guided(problem, measuring, guide, options, context);
  const std::size_t asked = measuring.asked().size();
  ASSERT_GT(asked, 40U);
  SearchContext later;
  later.resume = state;
  const GuidedSummary again = search_guided(problem, measuring, guide, options, later);
  EXPECT_EQ(measuring.asked().size(), asked);
  ASSERT_EQ(again.finalists.size(), whole.finalists.size());
  for (std::size_t i = 0; i < again.finalists.size(); ++i) {
    EXPECT_EQ(again.finalists[i].architecture, whole.finalists[i].architecture);
  }
}

TEST(GuidedSearch, BadOptionsAreUsageErrors) {
  const auto message = [](const GuidedOptions& options) {
    return message_of([&] { validate(options); });
  };
  EXPECT_EQ(message({0, 20, 10, 500, 0}), "evaluations = 0, must be at least 1");
  EXPECT_EQ(message({9, 1, 10, 500, 0}), "start = 1, must be at least 2");
  EXPECT_EQ(message({9, 20, 0, 500, 0}), "batch = 0, must be at least 1");
  EXPECT_EQ(message({9, 20, 10, 99}), "asked = 99, must be at least 100");
}

}  // namespace
}  // namespace coppice

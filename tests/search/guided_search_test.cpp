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
      search_guided(problem, measuring, oracle(space, fitted), options_of(30));
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
      search_guided(problem, measuring, oracle(space, fitted), options_of(55));
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
  static_cast<void>(search_guided(problem, measuring, oracle(space, fitted), options_of(60)));
  const std::vector<Architecture> whole = measuring.asked();

  const FakeEvaluator again(space, {"noise0", "gain0"});
  SearchContext context;
  int left = 3;
  context.interrupted = [&left] { return left-- == 0; };
  SearchState state;
  context.checkpoint = [&state](const SearchState& now) { state = now; };
  static_cast<void>(search_guided(problem, again, oracle(space, fitted), options_of(60), context));
  EXPECT_EQ(again.asked().size(), 40U);
  SearchContext later;
  later.resume = state;
  static_cast<void>(search_guided(problem, again, oracle(space, fitted), options_of(60), later));
  EXPECT_EQ(again.asked(), whole);
}

TEST(GuidedSearch, UsesUpASmallSpace) {
  const SearchSpace space = tiny_search_space();
  const FakeEvaluator measuring(space, {"noise0", "gain0"});
  std::vector<std::size_t> fitted;
  GuidedOptions options = options_of(5000);
  options.batch = 200;
  const SearchSummary found = search_guided(
      problem_in(space, {{"noise0", true}}), measuring, oracle(space, fitted), options);
  EXPECT_EQ(found.evaluations, 800);
  EXPECT_EQ(found.stopped_because, StopReason::exhausted);
}

TEST(GuidedSearch, BadOptionsAreUsageErrors) {
  const auto message = [](const GuidedOptions& options) {
    return message_of([&] { validate(options); });
  };
  EXPECT_EQ(message({0, 20, 10, 500}), "evaluations = 0, must be at least 1");
  EXPECT_EQ(message({9, 1, 10, 500}), "start = 1, must be at least 2");
  EXPECT_EQ(message({9, 20, 0, 500}), "batch = 0, must be at least 1");
  EXPECT_EQ(message({9, 20, 10, 99}), "asked = 99, must be at least 100");
}

}  // namespace
}  // namespace coppice

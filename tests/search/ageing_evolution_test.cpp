#include "search/ageing_evolution.hpp"

#include <gtest/gtest.h>

#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/fake_evaluator.hpp"

namespace coppice {
namespace {

TEST(AgeingEvolution, TheOldestDieHoweverGoodTheyAre) {
  const SearchSpace space = builtin_space("small");
  const FakeEvaluator evaluator(space, {"noise0"});
  const SearchProblem problem{space, all_choices(space), {{"noise0", true}}, {}, {}, {}};
  AgeingOptions options;
  options.population = 20;
  options.sample = 5;
  options.children = 3;
  options.evaluations = 200;
  SearchContext context;
  std::vector<Architecture> alive;
  context.checkpoint = [&alive](const SearchState& state) {
    alive.clear();
    for (const Candidate& each : state.population) alive.push_back(each.architecture);
  };
  static_cast<void>(search_ageing(problem, evaluator, options, context));
  const std::vector<Architecture> asked = evaluator.asked();
  ASSERT_EQ(asked.size(), 200U);
  EXPECT_EQ(alive, std::vector<Architecture>(asked.end() - 20, asked.end()));
}

TEST(AgeingEvolution, BadOptionsAreUsageErrors) {
  const auto message = [](const AgeingOptions& options) {
    return message_of([&] { validate(options); });
  };
  EXPECT_EQ(message({10, 11, 1, 1}), "sample = 11, must be 1 to population = 10");
  EXPECT_EQ(message({10, 5, 0, 1}), "children = 0, must be at least 1");
  EXPECT_EQ(message({10, 5, 1, 0}), "evaluations = 0, must be at least 1");
}

}  // namespace
}  // namespace coppice

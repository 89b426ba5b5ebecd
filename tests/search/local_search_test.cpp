#include "search/local_search.hpp"

#include <gtest/gtest.h>

#include "search/caching_evaluator.hpp"
#include "search/nsga2.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/fake_evaluator.hpp"

namespace coppice {
namespace {

SearchProblem problem_in(const SearchSpace& space, const std::vector<std::string>& limits) {
  SearchProblem problem{space, all_choices(space), {{"noise0", true}}, {}, {}, {}};
  for (const std::string& limit : limits) problem.limits.push_back(parse_limit(limit));
  return problem;
}

SearchSummary search(const SearchProblem& problem,
                     const Evaluator& evaluator,
                     std::int64_t evaluations,
                     std::uint64_t seed) {
  const CachingEvaluator memory(evaluator);
  LocalSearchOptions options;
  options.evaluations = evaluations;
  SearchContext context;
  context.random = Random(seed);
  return search_local(problem, memory, options, context);
}

TEST(LocalSearch, EndsAboveNsga2UnderTightLimits) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  double local = 0;
  double genetic = 0;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const FakeEvaluator evaluator(space, {"noise0", "gain0"}, seed);
    const SearchProblem problem = problem_in(space, {"gain0<=12"});
    Nsga2Options options;
    options.evaluations = 20000;
    SearchContext context;
    context.random = Random(seed);
    local += search(problem, evaluator, 20000, seed).best->values[0];
    genetic += search_nsga2(problem, evaluator, options, context).best->values[0];
  }
  EXPECT_GT(local, genetic);
}

TEST(LocalSearch, SeveralLimitsHoldTogether) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  const FakeEvaluator evaluator(space, {"noise0", "gain0", "gain1", "noise1"});
  const SearchProblem problem = problem_in(space, {"gain0<=20", "gain1<=18", "noise1>=9"});
  const SearchSummary found = search(problem, evaluator, 20000, 1);
  ASSERT_TRUE(found.best.has_value());
  EXPECT_LE(found.best->values[1], 20);
  EXPECT_LE(found.best->values[2], 18);
  EXPECT_GE(found.best->values[3], 9);
}

TEST(LocalSearch, WithoutLimitsItClimbsToTheTop) {
  const SearchSpace space = builtin_space("small");
  const FakeEvaluator evaluator(space, {"noise0", "gain0"});
  SearchProblem problem = problem_in(space, {});
  problem.objectives = {{"gain0", true}};
  EXPECT_EQ(search(problem, evaluator, 3000, 1).best->architecture, space.largest());
}

TEST(LocalSearch, BadOptionsAreUsageErrors) {
  const auto message = [](const LocalSearchOptions& options) {
    return message_of([&] { validate(options); });
  };
  LocalSearchOptions options;
  options.samples = 3;
  EXPECT_EQ(message(options), "samples = 3, must be in [4, 1000000]");
  options = {};
  options.climbers = 0;
  EXPECT_EQ(message(options), "climbers = 0, must be in [1, 10000]");
  options = {};
  options.elite = 1;
  EXPECT_EQ(message(options), "elite = 1, must be in [2, 10000]");
  options = {};
  options.changes = 11;
  EXPECT_EQ(message(options), "changes = 11, must be in [2, 10]");
  options = {};
  options.proposals = 0;
  EXPECT_EQ(message(options), "proposals = 0, must be in [1, 10000]");
  options = {};
  options.crossover = -1;
  EXPECT_EQ(message(options), "crossover = -1, must be in [0, 1]");
}

}  // namespace
}  // namespace coppice

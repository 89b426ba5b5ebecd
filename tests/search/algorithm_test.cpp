// What every algorithm promises; their own behaviour is tested in files of their own.
#include "search/algorithm.hpp"

#include <gtest/gtest.h>
#include <oneapi/tbb/global_control.h>

#include <algorithm>

#include "search/parallel_evaluator.hpp"
#include "search/scoring.hpp"
#include "search/search_log.hpp"
#include "supernet/base/files.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/fake_evaluator.hpp"

namespace coppice {
namespace {

SearchProblem problem_in(const SearchSpace& space, const std::vector<std::string>& limits) {
  SearchProblem problem{space, all_choices(space), {{"noise0", true}}, {}, {}, {}};
  for (const std::string& limit : limits) problem.limits.push_back(parse_limit(limit));
  problem.ranges.assign(3, Range{0, 30});
  return problem;
}

Algorithm algorithm_of(const std::string& name, std::int64_t evaluations) {
  return make_algorithm({name, evaluations, std::nullopt}, 1);
}

SearchContext seeded(std::uint64_t seed) {
  SearchContext context;
  context.random = Random(seed);
  return context;
}

/// The best value within the limits that counting through the space finds.
double true_best(const SearchProblem& problem, const FakeEvaluator& evaluator) {
  const Scoring scoring(problem, evaluator.names());
  double best = -1e9;
  for (const Architecture& each : all_architectures(problem.space)) {
    const std::vector<double> row = evaluator.values(each);
    if (scoring.violation(row.data()) == 0) best = std::max(best, row[0]);
  }
  return best;
}

/// All but the one that computes instead of searching (exact_search_test.cpp).
std::vector<std::string> searching() {
  std::vector<std::string> names = algorithm_names();
  names.erase(std::remove(names.begin(), names.end(), "exact"), names.end());
  return names;
}

class EveryAlgorithm : public testing::TestWithParam<std::string> {};

TEST_P(EveryAlgorithm, UsesUpASmallSpaceAndFindsItsBestUnderLimits) {
  const SearchSpace space = tiny_search_space();
  const SearchProblem problem = problem_in(space, {"gain0<=5", "noise1>=4"});
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const FakeEvaluator evaluator(space, {"noise0", "gain0", "noise1"}, seed);
    const SearchSummary found =
        algorithm_of(GetParam(), 5000).search(problem, evaluator, seeded(seed));
    EXPECT_EQ(found.stopped_because, StopReason::exhausted);
    EXPECT_EQ(found.evaluations, 800);
    ASSERT_TRUE(found.best.has_value());
    EXPECT_EQ(found.best->values[0], true_best(problem, evaluator)) << "seed " << seed;
    EXPECT_EQ(evaluator.asked().size(), 800U) << "evaluated twice";
  }
}

TEST_P(EveryAlgorithm, KeepsTheBudgetAndNeverReportsAViolation) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  const FakeEvaluator evaluator(space, {"noise0", "gain0", "noise1"});
  const SearchProblem problem = problem_in(space, {"gain0<=24"});
  const SearchSummary found = algorithm_of(GetParam(), 3333).search(problem, evaluator, seeded(1));
  EXPECT_EQ(found.evaluations, 3333);
  EXPECT_EQ(found.stopped_because, StopReason::evaluations);
  const auto asked = evaluator.asked();
  EXPECT_EQ(asked.size(), 3333U);
  EXPECT_EQ(std::set<Architecture>(asked.begin(), asked.end()).size(), 3333U);
  ASSERT_TRUE(found.best.has_value());
  EXPECT_LE(found.best->values[1], 24);
}

/// search.h5 of a search that is stopped after each number of generations and goes on.
std::string log_of(const std::string& name, const std::vector<int>& stops) {
  const TemporaryFolder folder;
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  const FakeEvaluator evaluator(space, {"noise0", "gain0", "noise1"});
  const auto parallel = parallel_evaluator(evaluator, 16);
  const SearchProblem problem = problem_in(space, {"gain0<=24"});
  const Algorithm algorithm = algorithm_of(name, 12000);
  const FakeClock clock;
  for (int generations : stops) {
    SearchLog log(folder / "search.h5",
                  problem,
                  evaluator.names(),
                  {algorithm.name, algorithm.options, {}, 1},
                  clock);
    SearchContext context = seeded(7);
    context.resume = log.load();
    context.interrupted = [&generations] { return generations-- == 0; };
    context.checkpoint = [&log](const SearchState& state) { log.offer(state); };
    static_cast<void>(algorithm.search(problem, *parallel, context));
  }
  return read_text_file(folder / "search.h5");
}

TEST_P(EveryAlgorithm, ThreadsAndInterruptionsLeaveTheSameBytes) {
  const std::string whole = log_of(GetParam(), {-1});
  for (const std::size_t threads : {1U, 2U, 16U}) {
    const tbb::global_control control(tbb::global_control::max_allowed_parallelism, threads);
    EXPECT_EQ(log_of(GetParam(), {1, 5, -1}), whole) << threads << " threads";
  }
}

INSTANTIATE_TEST_SUITE_P(, EveryAlgorithm, testing::ValuesIn(searching()), [](const auto& name) {
  return name.param;
});

TEST(Algorithm, OneObjectiveIsSearchedLocallySeveralByNsga2) {
  EXPECT_EQ(make_algorithm({}, 1).name, "local");
  EXPECT_EQ(make_algorithm({}, 1).evaluations, 100000);
  EXPECT_EQ(make_algorithm({}, 2).name, "nsga2");
  EXPECT_EQ(make_algorithm({}, 2).evaluations, 20000);
}

TEST(Algorithm, BadNamesAndOptionsAreUsageErrors) {
  const auto message = [](const AlgorithmOptions& options) {
    return message_of([&] { static_cast<void>(make_algorithm(options, 1)); });
  };
  EXPECT_EQ(message({"pso", {}, {}}),
            "algorithm = pso, must be one of local, nsga2, evolution, ageing, random, exact");
  EXPECT_EQ(message({"local", 0, {}}), "evaluations = 0, must be at least 1");
  EXPECT_EQ(message({"evolution", {}, 3}), "population = 3, must be at least 4");
  EXPECT_EQ(message({"ageing", {}, 1}), "population = 1, must be at least 2");
  for (const char* name : {"local", "random", "exact"}) {
    EXPECT_EQ(message({name, {}, 50}),
              text("population = 50, but the algorithm ",
                   name,
                   " has none; leave it out, or choose nsga2, evolution or ageing"));
  }
}

TEST(Algorithm, ThoseOfOneObjectiveSaySo) {
  const SearchSpace space = tiny_search_space();
  const FakeEvaluator evaluator(space, {"noise0", "gain0", "noise1"});
  SearchProblem problem = problem_in(space, {});
  problem.objectives.push_back({"gain0", false});
  for (const std::string name : {"local", "evolution", "ageing", "exact"}) {
    EXPECT_EQ(message_of([&] {
                static_cast<void>(algorithm_of(name, 100).search(problem, evaluator, {}));
              }),
              "--algorithm " + name +
                  " takes one objective, 2 were named; make the others limits, or take nsga2");
  }
}

}  // namespace
}  // namespace coppice

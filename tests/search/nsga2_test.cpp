#include "search/nsga2.hpp"

#include <gtest/gtest.h>
#include <oneapi/tbb/global_control.h>

#include <cmath>
#include <limits>

#include "search/bounds.hpp"
#include "search/caching_evaluator.hpp"
#include "search/parallel_evaluator.hpp"
#include "search/random_search.hpp"
#include "search/scoring.hpp"
#include "search/selection.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/fake_evaluator.hpp"

namespace coppice {
namespace {

SearchProblem problem_in(const SearchSpace& space,
                         const std::vector<Objective>& objectives,
                         const std::vector<std::string>& limits = {}) {
  SearchProblem problem{space, all_choices(space), objectives, {}, {}, {}};
  for (const std::string& limit : limits) problem.limits.push_back(parse_limit(limit));
  return problem;
}

Nsga2Options options_of(std::int64_t population, std::int64_t evaluations) {
  Nsga2Options options;
  options.population = population;
  options.evaluations = evaluations;
  return options;
}

SearchContext seeded(std::uint64_t seed) {
  SearchContext context;
  context.random = Random(seed);
  return context;
}

/// The values of the front that counting through the space finds.
std::vector<std::vector<double>> true_front(const SearchProblem& problem,
                                            const FakeEvaluator& evaluator) {
  const Scoring scoring(problem, evaluator.names());
  std::vector<Candidate> all;
  Points points{scoring.objectives(), {}};
  for (const Architecture& each : all_architectures(problem.space)) {
    all.push_back({each, evaluator.values(each), 0});
    all.back().violation = scoring.violation(all.back().values.data());
    scoring.append(all.back().values.data(), points);
  }
  Archive archive(scoring.objectives());
  archive.offer(all, points, 0);
  std::vector<std::vector<double>> values;
  for (const Candidate& each : archive.front()) values.push_back(each.values);
  return values;
}

std::vector<std::vector<double>> values_of(const std::vector<Candidate>& front) {
  std::vector<std::vector<double>> values;
  for (const Candidate& each : front) values.push_back(each.values);
  return values;
}

const std::vector<Objective> kTwo = {{"noise0", true}, {"gain0", false}};

TEST(Nsga2, FindsTheTrueFrontOfASpaceThatCanBeCounted) {
  const SearchSpace space = tiny_search_space();
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const FakeEvaluator evaluator(space, {"noise0", "gain0"}, seed);
    const SearchProblem problem = problem_in(space, kTwo);
    const SearchSummary found = search_nsga2(problem, evaluator, options_of(30, 500), seeded(seed));
    EXPECT_EQ(values_of(found.front), true_front(problem, evaluator)) << "seed " << seed;
  }
}

TEST(Nsga2, FindsTheTrueFrontUnderLimitsAndNeverReportsAViolation) {
  const SearchSpace space = tiny_search_space();
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const FakeEvaluator evaluator(space, {"noise0", "gain0", "noise1"}, seed);
    const SearchProblem problem = problem_in(space, kTwo, {"gain0<=5", "noise1>=4"});
    const SearchSummary found = search_nsga2(problem, evaluator, options_of(30, 500), seeded(seed));
    EXPECT_EQ(values_of(found.front), true_front(problem, evaluator)) << "seed " << seed;
    for (const Candidate& each : found.front) {
      EXPECT_LE(each.values[1], 5);
      EXPECT_GE(each.values[2], 4);
    }
  }
}

TEST(Nsga2, ThreeObjectivesGiveTheTrueFrontOnceAllIsEvaluated) {
  const SearchSpace space = tiny_search_space();
  const FakeEvaluator evaluator(space, {"noise0", "gain0", "noise1"});
  const SearchProblem problem =
      problem_in(space, {{"noise0", true}, {"gain0", false}, {"noise1", false}});
  const SearchSummary found = search_nsga2(problem, evaluator, options_of(40, 5000), seeded(1));
  EXPECT_EQ(values_of(found.front), true_front(problem, evaluator));
  EXPECT_EQ(found.stopped_because, StopReason::exhausted);
  EXPECT_EQ(found.evaluations, 800);
}

TEST(Nsga2, OneObjectiveUnderALimitEqualsBruteForce) {
  const SearchSpace space = tiny_search_space();
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const FakeEvaluator evaluator(space, {"noise0", "gain0"}, seed);
    const SearchProblem problem = problem_in(space, {{"noise0", true}}, {"gain0<=5"});
    const SearchSummary found = search_nsga2(problem, evaluator, options_of(20, 400), seeded(seed));
    ASSERT_EQ(values_of(found.front), true_front(problem, evaluator)) << "seed " << seed;
    EXPECT_EQ(found.best->values, found.front.front().values);
  }
}

TEST(Nsga2, NothingIsEvaluatedTwiceAndTheBudgetIsKept) {
  const SearchSpace space = builtin_space("small");
  const FakeEvaluator evaluator(space, {"noise0", "gain0"});
  const SearchSummary found =
      search_nsga2(problem_in(space, kTwo), evaluator, options_of(50, 1777), seeded(1));
  const std::vector<Architecture> asked = evaluator.asked();
  EXPECT_EQ(asked.size(), 1777U);
  EXPECT_EQ(std::set<Architecture>(asked.begin(), asked.end()).size(), asked.size());
  EXPECT_EQ(found.evaluations, 1777);
  EXPECT_EQ(found.stopped_because, StopReason::evaluations);
  EXPECT_EQ(asked[0], space.smallest());
  EXPECT_EQ(asked[1], space.largest());
}

TEST(Nsga2, ThreadsAndCachesDoNotChangeTheResult) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  const FakeEvaluator evaluator(space, {"noise0", "gain0"});
  const SearchProblem problem = problem_in(space, kTwo, {"gain0<=25"});
  const SearchSummary bare = search_nsga2(problem, evaluator, options_of(200, 4000), seeded(3));
  for (const std::size_t threads : {1U, 2U, 8U}) {
    const tbb::global_control control(tbb::global_control::max_allowed_parallelism, threads);
    const auto parallel = parallel_evaluator(evaluator, 16);
    const CachingEvaluator cached(*parallel);
    const SearchSummary found = search_nsga2(problem, cached, options_of(200, 4000), seeded(3));
    EXPECT_EQ(values_of(found.front), values_of(bare.front)) << threads << " threads";
    EXPECT_EQ(found.hypervolume_by_generation, bare.hypervolume_by_generation);
    EXPECT_EQ(cached.asked(), cached.evaluated());
    ASSERT_EQ(found.front.size(), bare.front.size());
    for (std::size_t i = 0; i < found.front.size(); ++i) {
      ASSERT_EQ(found.front[i].architecture, bare.front[i].architecture);
    }
  }
}

TEST(Nsga2, HypervolumeNeverFallsAndEventsTellIt) {
  const SearchSpace space = builtin_space("small");
  const FakeEvaluator evaluator(space, {"noise0", "gain0"});
  SearchProblem problem = problem_in(space, kTwo);
  problem.ranges = ranges_of(find_bounds(problem, evaluator, {Random(1)}));
  std::vector<SearchEvent> events;
  SearchContext context = seeded(1);
  context.observer = [&events](const SearchEvent& event) { events.push_back(event); };
  const SearchSummary found = search_nsga2(problem, evaluator, options_of(50, 2000), context);
  ASSERT_EQ(events.size(), 40U);
  EXPECT_EQ(found.generations, 40);
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].generation, static_cast<std::int64_t>(i));
    EXPECT_EQ(events[i].hypervolume, found.hypervolume_by_generation[i]);
    if (i > 0) {
      EXPECT_GE(events[i].hypervolume, events[i - 1].hypervolume);
    }
  }
  EXPECT_EQ(found.hypervolume, events.back().hypervolume);
  EXPECT_EQ(found.front.size(), static_cast<std::size_t>(events.back().front_size));
  EXPECT_GT(found.hypervolume, 0.5);
  EXPECT_LT(found.hypervolume, 1.0);
}

TEST(Nsga2, BeatsRandomSearchOnAverage) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  double evolved = 0;
  double drawn = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const FakeEvaluator evaluator(space, {"noise0", "gain0"}, seed);
    SearchProblem problem = problem_in(space, kTwo);
    problem.ranges = ranges_of(find_bounds(problem, evaluator, {Random(seed)}));
    evolved += search_nsga2(problem, evaluator, options_of(50, 2000), seeded(seed)).hypervolume;
    drawn += search_random(problem, evaluator, {50, 2000}, seeded(seed)).hypervolume;
  }
  EXPECT_GT(evolved, 1.2 * drawn);
}

TEST(Nsga2, OneObjectiveDoesNotCollapseOntoOneResolutionAndDepth) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  const FakeEvaluator evaluator(space, {"noise0"});
  std::set<std::vector<std::uint8_t>> niches;
  SearchContext context = seeded(1);
  context.checkpoint = [&](const SearchState& state) {
    niches.clear();
    for (const Candidate& each : state.population) {
      niches.insert(Niches(space, 0.1).niche_of(each.architecture));
    }
  };
  static_cast<void>(search_nsga2(
      problem_in(space, {{"noise0", true}}), evaluator, options_of(50, 5000), context));
  EXPECT_GE(niches.size(), 10U);
}

TEST(Nsga2, AStartArchitectureOutsideTheChoicesIsRefused) {
  const SearchSpace space = tiny_search_space();
  const FakeEvaluator evaluator(space, {"noise0"});
  SearchProblem problem = problem_in(space, {{"noise0", true}});
  problem.start = {Architecture{{9}}};
  EXPECT_EQ(message_of([&] { static_cast<void>(search_nsga2(problem, evaluator, {})); }),
            "a start architecture is not among the choices of this search in tiny");
}

TEST(Nsga2, StopsWhenNothingGetsBetter) {
  const SearchSpace space = tiny_search_space();
  const FakeEvaluator evaluator(space, {"noise0"});
  Nsga2Options options = options_of(10, 700);
  options.stall_generations = 3;
  const SearchSummary found =
      search_nsga2(problem_in(space, {{"noise0", true}}), evaluator, options, seeded(1));
  EXPECT_EQ(found.stopped_because, StopReason::stalled);
  const auto& volumes = found.hypervolume_by_generation;
  ASSERT_GE(volumes.size(), 4U);
  EXPECT_EQ(volumes.back(), volumes[volumes.size() - 4]);
  EXPECT_LT(found.evaluations, 700);
}

TEST(Nsga2, StopsBetweenGenerationsWhenAsked) {
  const SearchSpace space = builtin_space("small");
  const FakeEvaluator evaluator(space, {"noise0"});
  SearchContext context = seeded(1);
  int left = 3;
  context.interrupted = [&left] { return left-- == 0; };
  const SearchSummary found =
      search_nsga2(problem_in(space, {{"noise0", true}}), evaluator, options_of(10, 1000), context);
  EXPECT_EQ(found.stopped_because, StopReason::interrupted);
  EXPECT_EQ(found.generations, 3);
  EXPECT_EQ(found.evaluations, 30);
}

TEST(Nsga2, OnlyAllowedChoicesAreEvaluated) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  PredictorInfo info;
  info.resolutions = {160, 192};
  SearchProblem problem = problem_in(space, kTwo);
  problem.choices = allowed_choices(space, {info});
  const FakeEvaluator evaluator(space, {"noise0", "gain0"});
  static_cast<void>(search_nsga2(problem, evaluator, options_of(50, 1000), seeded(1)));
  for (const Architecture& each : evaluator.asked()) {
    ASSERT_TRUE(allows(space, problem.choices, each));
  }
}

/// Not a number for shallow networks.
class HoleEvaluator final : public Evaluator {
 public:
  explicit HoleEvaluator(const SearchSpace& space) : space_(space), inner_(space, {"noise0"}) {}
  [[nodiscard]] const std::vector<std::string>& names() const override { return inner_.names(); }
  [[nodiscard]] std::vector<double> evaluate(
      const std::vector<Architecture>& architectures) const override {
    std::vector<double> rows = inner_.evaluate(architectures);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (space_.depth(architectures[i], 0) < 2) rows[i] = std::nan("");
    }
    return rows;
  }

 private:
  SearchSpace space_;
  FakeEvaluator inner_;
};

TEST(Nsga2, NetworksWithoutAFiniteValueNeverWin) {
  const SearchSpace space = tiny_search_space();
  const HoleEvaluator evaluator(space);
  const SearchSummary found = search_nsga2(
      problem_in(space, {{"noise0", true}}), evaluator, options_of(10, 300), seeded(1));
  ASSERT_TRUE(found.best.has_value());
  EXPECT_TRUE(std::isfinite(found.best->values[0]));
}

TEST(Nsga2, BriefSaysHowItEnded) {
  const SearchSpace space = tiny_search_space();
  const FakeEvaluator evaluator(space, {"noise0"});
  SearchSummary found =
      search_nsga2(problem_in(space, {{"noise0", true}}), evaluator, options_of(10, 20), seeded(1));
  found.hypervolume = 0.5;
  EXPECT_EQ(found.brief(),
            "front of 1 network, hypervolume 0.5, 20 evaluations in 2 generations, stopped: "
            "evaluations");
}

TEST(Nsga2, BadOptionsAndNamesAreUsageErrors) {
  const SearchSpace space = tiny_search_space();
  const FakeEvaluator evaluator(space, {"noise0", "gain0"});
  const auto message = [&](const std::vector<Objective>& objectives, const Nsga2Options& options) {
    return message_of([&] {
      static_cast<void>(search_nsga2(problem_in(space, objectives), evaluator, options));
    });
  };
  EXPECT_EQ(message(kTwo, options_of(3, 10)), "population = 3, must be at least 4");
  EXPECT_EQ(message(kTwo, options_of(10, 0)), "evaluations = 0, must be at least 1");
  Nsga2Options options;
  options.crossover = 2;
  EXPECT_EQ(message(kTwo, options), "crossover = 2, must be in [0, 1]");
  options = {};
  options.niche_share = 0;
  EXPECT_EQ(message(kTwo, options), "niche_share = 0, must be above 0 and at most 1");
  options = {};
  options.stall_generations = -1;
  EXPECT_EQ(message(kTwo, options), "stall_generations = -1, must be 0 (never) or more");
  EXPECT_EQ(message({}, {}), "a search takes 1 to 4 objectives, 0 were named");
  EXPECT_EQ(message({{"gain0", false}, {"gain0", true}}, {}), "objective 'gain0' is named twice");
  EXPECT_EQ(message({{"gain", false}}, {}),
            "'gain' is not known here; known are noise0, gain0; did you mean 'gain0'?");
}

TEST(RandomSearch, EvaluatesDistinctNetworksWithinTheBudget) {
  const SearchSpace space = tiny_search_space();
  const FakeEvaluator evaluator(space, {"noise0", "gain0"});
  const SearchSummary found =
      search_random(problem_in(space, kTwo), evaluator, {32, 300}, seeded(1));
  const std::vector<Architecture> asked = evaluator.asked();
  EXPECT_EQ(asked.size(), 300U);
  EXPECT_EQ(std::set<Architecture>(asked.begin(), asked.end()).size(), 300U);
  EXPECT_EQ(found.generations, 10);
  EXPECT_EQ(message_of([] {
              validate(RandomSearchOptions{0, 1});
            }),
            "batch = 0, must be at least 1");
  EXPECT_EQ(message_of([] {
              validate(RandomSearchOptions{1, 0});
            }),
            "evaluations = 0, must be at least 1");
}

}  // namespace
}  // namespace coppice

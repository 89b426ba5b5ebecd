#include "search/bounds.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "predictors/block_table.hpp"
#include "search/nsga2.hpp"
#include "search/predictor_evaluator.hpp"
#include "supernet/space/cost.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/fake_evaluator.hpp"
#include "tests/support/random_sums.hpp"

namespace coppice {
namespace {

SearchProblem problem_in(const SearchSpace& space,
                         const std::vector<Objective>& objectives,
                         const std::vector<std::string>& limits = {}) {
  SearchProblem problem{space, all_choices(space), objectives, {}, {}, {}};
  for (const std::string& limit : limits) problem.limits.push_back(parse_limit(limit));
  return problem;
}

TEST(Bounds, CostsGrowWithEveryGene) {
  for (const std::string& name : builtin_space_names()) {
    const SearchSpace space = builtin_space(name);
    ASSERT_TRUE(costs_are_monotone(space));
    const auto evaluator = predictor_evaluator(space, {}, cost_names());
    Random random(8);
    for (int i = 0; i < 150; ++i) {
      const Architecture small = space.sample(random);
      Architecture large = small;
      for (std::size_t gene = 0; gene < large.genes.size(); ++gene) {
        const std::size_t last = space.genes()[gene].choices.size() - 1;
        if (large.genes[gene] < last && random.below(3) == 0) ++large.genes[gene];
      }
      space.canonicalize(large);
      const std::vector<double> rows = evaluator->evaluate({small, large});
      for (std::size_t k = 0; k < 3; ++k) ASSERT_LE(rows[k], rows[3 + k]) << name << ' ' << k;
    }
  }
}

TEST(Bounds, CostsAreExactAndPredictionsAreFound) {
  const SearchSpace space = tiny_search_space();
  const SearchProblem problem = problem_in(space, {});
  const auto costs = predictor_evaluator(space, {}, {"macs"});
  const std::vector<Bound> exact = find_bounds(problem, *costs, {Random(1)});
  EXPECT_TRUE(exact[0].exact);
  EXPECT_EQ(exact[0].range.low, costs->evaluate({space.smallest()})[0]);
  EXPECT_EQ(exact[0].range.high, costs->evaluate({space.largest()})[0]);

  const FakeEvaluator fake(space, {"noise0"});
  const std::vector<Bound> found = find_bounds(problem, fake, {Random(1)});
  std::vector<double> all;
  for (const Architecture& each : all_architectures(space)) all.push_back(fake.values(each)[0]);
  EXPECT_FALSE(found[0].exact);
  EXPECT_EQ(found[0].range.low, *std::min_element(all.begin(), all.end()));
  EXPECT_EQ(found[0].range.high, *std::max_element(all.begin(), all.end()));
  EXPECT_EQ(fake.values(found[0].at_low)[0], found[0].range.low);
  EXPECT_EQ(fake.values(found[0].at_high)[0], found[0].range.high);
}

TEST(Bounds, SumsOverBlocksAreExact) {
  const SearchSpace space = tiny_search_space();
  const BlockTable table(space, random_sums(space, 4), {"latency_ms", false, space.name(), -1, {}});
  const auto evaluator = predictor_evaluator(space, {&table}, {});
  const std::vector<Bound> bounds = find_bounds(problem_in(space, {}), *evaluator, {Random(1)});
  const std::vector<double> all = table.predict(all_architectures(space));
  EXPECT_TRUE(bounds[0].exact);
  EXPECT_EQ(bounds[0].range.low, *std::min_element(all.begin(), all.end()));
  EXPECT_EQ(bounds[0].range.high, *std::max_element(all.begin(), all.end()));
}

TEST(Bounds, ExpansionsOnBothSidesOfOneAreNotCalledMonotone) {
  SpaceSpec spec = tiny_search_space().spec();
  spec.stages[0].expands = {0.5, 1};
  EXPECT_FALSE(costs_are_monotone(SearchSpace(spec)));
}

std::string limit_message(const Evaluator& evaluator, const SearchProblem& problem) {
  std::vector<Bound> bounds = find_bounds(problem, evaluator, {Random(1)});
  try {
    check_limits(problem, evaluator, {Random(1), 2000}, bounds);
  } catch (const Error& error) {
    EXPECT_EQ(error.failure(), Failure::unreachable);
    return error.what();
  }
  return "no error";
}

TEST(Bounds, AnUnreachableLimitNamesTheNearestValue) {
  const SearchSpace space = tiny_search_space();
  const auto costs = predictor_evaluator(space, {}, {"macs"});
  const auto low = static_cast<std::int64_t>(costs->evaluate({space.smallest()})[0]);
  EXPECT_EQ(limit_message(*costs, problem_in(space, {{"macs"}}, {"macs<=1000"})),
            "macs<=1000 cannot be met; the smallest macs is " + std::to_string(low));
  EXPECT_EQ(limit_message(*costs, problem_in(space, {{"macs"}}, {"macs<=" + std::to_string(low)})),
            "no error");

  const FakeEvaluator fake(space, {"noise0"});
  double high = 0;
  for (const Architecture& each : all_architectures(space)) {
    high = std::max(high, fake.values(each)[0]);
  }
  const Limit limit = parse_limit("noise0>=99");
  EXPECT_EQ(limit_message(fake, problem_in(space, {{"noise0"}}, {"noise0>=99"})),
            "no network found meets noise0>=99; the largest noise0 found is " +
                reachable_text(limit, high) +
                "; if it is that close, raise --evaluations above 2000");
}

TEST(Bounds, ALongerSearchDecidesWhereTheBoundIsNotExact) {
  const SearchSpace space = tiny_search_space();
  const FakeEvaluator fake(space, {"noise0"});
  const SearchProblem problem = problem_in(space, {{"noise0", true}}, {"noise0>=3"});
  Bound poor{"noise0", {0, 1}, space.smallest(), space.smallest(), false};
  std::vector<Bound> bounds = {poor};
  check_limits(problem, fake, {Random(1), 20000}, bounds);
  EXPECT_GE(bounds[0].range.high, 3);
  EXPECT_EQ(fake.values(bounds[0].at_high)[0], bounds[0].range.high);
}

TEST(Bounds, TwoSumsThatNoNetworkBringsTogetherAreKnownBeforeTheSearch) {
  const SearchSpace space = tiny_search_space();
  const BlockTable first(space, random_sums(space, 4), {"a_ms", false, space.name(), -1, {}});
  const BlockTable second(space, random_sums(space, 5), {"b_ms", false, space.name(), -1, {}});
  const auto evaluator = predictor_evaluator(space, {&first, &second}, {});
  const std::vector<Architecture> all = all_architectures(space);
  const std::vector<double> a = first.predict(all);
  const std::vector<double> b = second.predict(all);
  // The network of the largest b alone is allowed, and its a is not the smallest.
  const auto place = std::max_element(b.begin(), b.end()) - b.begin();
  const double needed = a[static_cast<std::size_t>(place)];
  const double smallest = *std::min_element(a.begin(), a.end());
  ASSERT_LT(smallest, needed);
  const std::string b_limit = "b_ms>=" + shortest_text(b[static_cast<std::size_t>(place)]);
  const std::string a_limit = "a_ms<=" + shortest_text((smallest + needed) / 2);
  const std::string message =
      limit_message(*evaluator, problem_in(space, {{"a_ms"}}, {a_limit, b_limit}));
  EXPECT_EQ(message,
            a_limit + " cannot be met together with " + b_limit +
                ", under which the smallest a_ms is " +
                reachable_text(parse_limit(a_limit), needed));
}

TEST(Bounds, EveryLookCanBeInterrupted) {
  const SearchSpace space = tiny_search_space();
  const FakeEvaluator fake(space, {"gain0"});
  SearchProblem problem = problem_in(space, {{"gain0"}}, {"gain0>=1e9"});
  BoundSearches searches{Random(1), 1'000'000};
  std::vector<Bound> bounds = find_bounds(problem, fake, searches);
  searches.interrupted = [] { return true; };
  SearchSummary missed;
  missed.nearest = Candidate{space.smallest(), {0}, 1};
  for (const auto& look : std::vector<std::function<void()>>{
           [&] { (void)find_bounds(problem, fake, searches); },
           [&] { check_limits(problem, fake, searches, bounds); },
           [&] { (void)require_feasible(problem, fake, searches, missed, {}); }}) {
    try {
      look();
      ADD_FAILURE() << "went on";
    } catch (const Error& error) {
      EXPECT_EQ(error.failure(), Failure::interrupted) << error.what();
    }
  }
}

TEST(Bounds, LimitsOfOneQuantityThatExcludeEachOtherAreReportedAtOnce) {
  const SearchSpace space = tiny_search_space();
  const FakeEvaluator fake(space, {"gain0"});
  EXPECT_EQ(limit_message(fake, problem_in(space, {{"gain0"}}, {"gain0>=5", "gain0<=4.5"})),
            "gain0<=4.5 cannot be met together with gain0>=5; they exclude each other");
}

std::string conflict_message(const Evaluator& evaluator, const SearchProblem& problem) {
  Nsga2Options options;
  options.evaluations = 300;
  const SearchSummary summary = search_nsga2(problem, evaluator, options);
  EXPECT_FALSE(summary.best.has_value());
  EXPECT_TRUE(summary.front.empty());
  try {
    static_cast<void>(require_feasible(
        problem, evaluator, {Random(1), 1000}, summary, [](const Architecture&) -> SearchSummary {
          ADD_FAILURE() << "nothing meets them";
          return {};
        }));
  } catch (const Error& error) {
    EXPECT_EQ(error.failure(), Failure::unreachable);
    return error.what();
  }
  return "no error";
}

TEST(Bounds, LimitsThatContradictEachOtherAreReportedWithWhatEachLeavesReachable) {
  const SearchSpace space = tiny_search_space();
  const auto costs = predictor_evaluator(space, {}, {"macs", "params"});
  const std::vector<double> rows = costs->evaluate({space.smallest(), space.largest()});
  const auto text_of = [](double v) { return std::to_string(static_cast<std::int64_t>(v)); };
  // The fewest macs of the networks with the most parameters: only the resolution is free.
  double macs = rows[2];
  double params = rows[1];
  for (const Architecture& each : all_architectures(space)) {
    const std::vector<double> row = costs->evaluate({each});
    if (row[1] >= rows[3]) macs = std::min(macs, row[0]);
    if (row[0] <= rows[0]) params = std::max(params, row[1]);
  }
  const std::string few = "macs<=" + text_of(rows[0]);
  const std::string many = "params>=" + text_of(rows[3]);
  EXPECT_EQ(conflict_message(*costs, problem_in(space, {{"macs"}}, {few, many})),
            "no network found meets " + few + " and " + many + " together; with " + many +
                " the smallest macs found is " + text_of(macs) + "; with " + few +
                " the largest params found is " + text_of(params) +
                "; if it is that close, raise --evaluations above 1000");
  // Where no limit can be spared, the nearest network is all there is to tell.
  const std::string more = "params>=" + text_of(rows[3] + 1);
  const std::string message = conflict_message(
      *costs, problem_in(space, {{"macs"}}, {few, "macs>=" + text_of(rows[0] + 1), more}));
  EXPECT_NE(message.find(" together; the nearest network found has "), std::string::npos)
      << message;
}

TEST(Bounds, ASearchThatMissedWhatThereIsStartsAgainFromThere) {
  const SearchSpace space = tiny_search_space();
  const auto costs = predictor_evaluator(space, {}, {"macs"});
  const double low = costs->evaluate({space.smallest()})[0];
  const SearchProblem problem =
      problem_in(space, {{"macs"}}, {"macs<=" + std::to_string(static_cast<std::int64_t>(low))});
  SearchSummary missed;
  missed.nearest = Candidate{space.largest(), costs->evaluate({space.largest()}), 1};
  const auto found_from = [&](const Architecture& start) {
    SearchSummary summary;
    summary.best = Candidate{start, costs->evaluate({start}), 0};
    return summary;
  };
  const SearchSummary summary =
      require_feasible(problem, *costs, {Random(1), 1000}, missed, found_from);
  EXPECT_EQ(summary.best->architecture, space.smallest());
  // An algorithm that takes no start may miss it again.
  EXPECT_EQ(message_of([&] {
              static_cast<void>(require_feasible(
                  problem, *costs, {Random(1), 1000}, missed, [](const Architecture&) {
                    return SearchSummary{};
                  }));
            }),
            "the search met no network within " + to_text(problem.limits[0]) +
                ", but there are some; raise --evaluations above 1000 or take another --algorithm");
}

TEST(Bounds, ShownValuesCanBeAskedFor) {
  EXPECT_EQ(reachable_text(parse_limit("a<=0"), 0.43), "0.43");
  EXPECT_EQ(reachable_text(parse_limit("a<=0"), 0.430001), "0.430001");
  EXPECT_EQ(reachable_text(parse_limit("a>=9"), 0.430001), "0.43");
  EXPECT_EQ(reachable_text(parse_limit("a<=0"), 123456789.0), "123456789");
}

}  // namespace
}  // namespace coppice

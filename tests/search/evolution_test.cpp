#include "search/evolution.hpp"

#include <gtest/gtest.h>

#include "search/random_search.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/fake_evaluator.hpp"

namespace coppice {
namespace {

TEST(Evolution, KeepsOnlyParentsAndBeatsRandomSearch) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  const FakeEvaluator evaluator(space, {"noise0"});
  const SearchProblem problem{space, all_choices(space), {{"noise0", true}}, {}, {}, {}};
  EvolutionOptions options;
  options.evaluations = 3000;
  SearchContext context;
  std::size_t kept = 0;
  context.checkpoint = [&kept](const SearchState& state) { kept = state.population.size(); };
  const SearchSummary found = search_evolution(problem, evaluator, options, context);
  EXPECT_EQ(kept, 25U);
  const SearchSummary drawn = search_random(problem, evaluator, {100, 3000});
  EXPECT_GT(found.best->values[0], drawn.best->values[0]);
}

TEST(Evolution, BadOptionsAreUsageErrors) {
  const auto message = [](const EvolutionOptions& options) {
    return message_of([&] { validate(options); });
  };
  EvolutionOptions options;
  options.parents = 0;
  EXPECT_EQ(message(options), "parents = 0, must be above 0 and at most 1");
  options = {};
  options.mutants = 2;
  EXPECT_EQ(message(options), "mutants = 2, must be in [0, 1]");
}

}  // namespace
}  // namespace coppice

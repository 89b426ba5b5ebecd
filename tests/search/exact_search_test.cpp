#include "search/exact_search.hpp"

#include <gtest/gtest.h>

#include "predictors/block_table.hpp"
#include "search/additive.hpp"
#include "search/predictor_evaluator.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/fake_evaluator.hpp"
#include "tests/support/random_sums.hpp"

namespace coppice {
namespace {

class ExactSearch : public testing::Test {
 protected:
  SearchSummary search(const std::vector<std::string>& limits) {
    problem_.limits.clear();
    for (const std::string& limit : limits) problem_.limits.push_back(parse_limit(limit));
    return search_exact(problem_, *evaluator_, {});
  }

  SearchSpace space_ = tiny_search_space();
  BlockTable accuracy_{space_, random_sums(space_, 1), {"accuracy", true, space_.name(), -1, {}}};
  BlockTable latency_{space_, random_sums(space_, 2), {"latency_ms", false, space_.name(), -1, {}}};
  std::unique_ptr<Evaluator> evaluator_ =
      predictor_evaluator(space_, {&accuracy_, &latency_}, {"peak_activation_bytes"});
  SearchProblem problem_{space_, all_choices(space_), {{"accuracy", true}}, {}, {}, {}};
};

TEST_F(ExactSearch, ReturnsTheBestOfAllNetworksWithinTheLimit) {
  double best = -1;
  for (const Architecture& each : all_architectures(space_)) {
    if (latency_.predict({each})[0] > 2.5) continue;
    best = std::max(best, accuracy_.predict({each})[0]);
  }
  const SearchSummary found = search({"latency_ms<=2.5"});
  ASSERT_TRUE(found.best.has_value());
  EXPECT_EQ(found.best->values[0], best);
  EXPECT_LE(found.best->values[1], 2.5);
  EXPECT_EQ(found.stopped_because, StopReason::solved);
  EXPECT_EQ(found.evaluations, 1);
}

TEST_F(ExactSearch, BeyondTheReachableItNamesTheNearestNetwork) {
  const SearchSummary found = search({"latency_ms<=0.01"});
  EXPECT_FALSE(found.best.has_value());
  ASSERT_TRUE(found.nearest.has_value());
  const Architecture least =
      additive_extreme(space_, problem_.choices, *latency_.block_sums(), false);
  EXPECT_EQ(found.nearest->architecture, least);
}

TEST_F(ExactSearch, SaysWhatItCannotCompute) {
  EXPECT_EQ(
      message_of([&] { static_cast<void>(search({"peak_activation_bytes<=1e5"})); }),
      "--algorithm exact computes sums over blocks; peak_activation_bytes is none here (macs, "
      "params and latency tables are, in spaces without elastic widths); use --algorithm "
      "local");
  EXPECT_EQ(message_of([&] {
              static_cast<void>(search({"latency_ms<=2", "accuracy>=1"}));
            }),
            "--algorithm exact takes at most one limit, there are 2; use --algorithm local");
}

}  // namespace
}  // namespace coppice

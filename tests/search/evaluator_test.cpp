#include "search/evaluator.hpp"

#include <gtest/gtest.h>
#include <oneapi/tbb/global_control.h>

#include "search/caching_evaluator.hpp"
#include "search/parallel_evaluator.hpp"
#include "search/predictor_evaluator.hpp"
#include "supernet/space/cost.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/fake_evaluator.hpp"

namespace coppice {
namespace {

class DepthPredictor final : public Predictor {
 public:
  DepthPredictor(const SearchSpace& space, const std::string& target) : space_(space) {
    info_.target = target;
    info_.space = space.name();
  }
  [[nodiscard]] std::vector<double> predict(
      const std::vector<Architecture>& architectures) const override {
    std::vector<double> values;
    for (const Architecture& a : architectures) values.push_back(space_.depth(a, 0));
    return values;
  }
  [[nodiscard]] const PredictorInfo& info() const override { return info_; }

 private:
  SearchSpace space_;
  PredictorInfo info_;
};

std::vector<Architecture> samples(const SearchSpace& space, int count) {
  Random random(9);
  std::vector<Architecture> all;
  for (int i = 0; i < count; ++i) all.push_back(space.sample(random));
  return all;
}

TEST(PredictorEvaluator, RowsHoldPredictionsThenCosts) {
  const SearchSpace space = builtin_space("small");
  const DepthPredictor depth(space, "depth");
  const auto evaluator = predictor_evaluator(space, {&depth}, {"params", "macs"});
  EXPECT_EQ(evaluator->names(), (std::vector<std::string>{"depth", "params", "macs"}));
  const std::vector<Architecture> nets = samples(space, 5);
  const std::vector<double> rows = evaluator->evaluate(nets);
  ASSERT_EQ(rows.size(), 15U);
  for (std::size_t i = 0; i < nets.size(); ++i) {
    const Cost cost = count_cost(plan_layers(space, nets[i]));
    EXPECT_EQ(rows[3 * i], space.depth(nets[i], 0));
    EXPECT_EQ(rows[3 * i + 1], static_cast<double>(cost.params));
    EXPECT_EQ(rows[3 * i + 2], static_cast<double>(cost.macs));
  }
}

TEST(PredictorEvaluator, UserErrorsAreNamed) {
  const SearchSpace space = builtin_space("small");
  const DepthPredictor depth(space, "depth");
  const DepthPredictor foreign(builtin_space("ofa-proxyless"), "accuracy");
  EXPECT_EQ(message_of([&] {
              static_cast<void>(predictor_evaluator(space, {&depth, &depth}, {}));
            }),
            "'depth' is given twice; name one predictor for each target");
  EXPECT_EQ(message_of([&] { static_cast<void>(predictor_evaluator(space, {&foreign}, {})); }),
            "the predictor of accuracy was made for the space ofa-proxyless, but the search is in "
            "small");
  EXPECT_EQ(message_of([&] { static_cast<void>(predictor_evaluator(space, {}, {"mac"})); }),
            "'mac' is not known here; known are macs, params, peak_activation_bytes; did you mean "
            "'macs'?");
}

TEST(CachingEvaluator, NeverAsksTwiceAndGivesTheSameRows) {
  const SearchSpace space = builtin_space("small");
  const FakeEvaluator bare(space, {"gain0", "noise0"});
  const FakeEvaluator inner(space, {"gain0", "noise0"});
  const CachingEvaluator cached(inner);
  std::vector<Architecture> nets = samples(space, 50);
  const std::vector<Architecture> again(nets.begin(), nets.begin() + 20);
  nets.insert(nets.end(), again.begin(), again.end());
  EXPECT_EQ(cached.evaluate(nets), bare.evaluate(nets));
  EXPECT_EQ(cached.evaluate(nets), bare.evaluate(nets));
  const std::vector<Architecture> asked = inner.asked();
  EXPECT_EQ(std::set<Architecture>(asked.begin(), asked.end()).size(), asked.size());
  EXPECT_EQ(cached.asked(), 140);
  EXPECT_EQ(cached.evaluated(), static_cast<std::int64_t>(asked.size()));
  EXPECT_EQ(cached.evaluated(), 50);
}

TEST(ParallelEvaluator, RowsEqualTheInnerOnesOnAnyNumberOfThreads) {
  const SearchSpace space = builtin_space("small");
  const FakeEvaluator inner(space, {"gain0", "noise0"});
  const auto parallel = parallel_evaluator(inner, 7);
  const std::vector<Architecture> nets = samples(space, 100);
  const std::vector<double> expected = inner.evaluate(nets);
  for (const std::size_t threads : {1U, 2U, 8U}) {
    const tbb::global_control control(tbb::global_control::max_allowed_parallelism, threads);
    EXPECT_EQ(parallel->evaluate(nets), expected);
  }
  EXPECT_TRUE(parallel->evaluate({}).empty());
}

TEST(ParallelEvaluator, BlockOfNothingIsRefused) {
  const FakeEvaluator inner(builtin_space("small"), {"gain0"});
  EXPECT_EQ(message_of([&] { static_cast<void>(parallel_evaluator(inner, 0)); }),
            "evaluation block = 0, must be > 0");
}

}  // namespace
}  // namespace coppice

#include "predictors/cost_predictor.hpp"

#include <gtest/gtest.h>

#include "supernet/base/error.hpp"
#include "supernet/space/cost.hpp"

namespace coppice {
namespace {

TEST(CostPredictor, PredictsWhatIsCounted) {
  const SearchSpace space = builtin_space("ofa-mobilenetv3");
  Random random(9);
  const std::vector<Architecture> architectures = {space.sample(random), space.largest()};
  const auto macs = make_cost_predictor(space, "macs")->predict(architectures);
  const auto params = make_cost_predictor(space, "params")->predict(architectures);
  const auto peak = make_cost_predictor(space, "peak_activation_bytes")->predict(architectures);
  for (std::size_t i = 0; i < architectures.size(); ++i) {
    const Cost cost = count_cost(plan_layers(space, architectures[i]));
    EXPECT_EQ(macs[i], static_cast<double>(cost.macs));
    EXPECT_EQ(params[i], static_cast<double>(cost.params));
    EXPECT_EQ(peak[i], static_cast<double>(cost.peak_activation_bytes));
  }
}

TEST(CostPredictor, IsExactEverywhereAndToBeMinimised) {
  const auto predictor = make_cost_predictor(builtin_space("small"), "params");
  EXPECT_EQ(predictor->info().target, "params");
  EXPECT_EQ(predictor->info().space, "small");
  EXPECT_EQ(predictor->info().interval90, 0);
  EXPECT_FALSE(predictor->info().maximize);
  EXPECT_TRUE(predictor->info().resolutions.empty());
}

TEST(CostPredictor, AnUnknownCostNamesTheKnownOnes) {
  try {
    static_cast<void>(make_cost_predictor(builtin_space("small"), "flops"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "cost 'flops' is not known; there are macs, params, peak_activation_bytes");
    EXPECT_EQ(error.failure(), Failure::usage);
  }
}

}  // namespace
}  // namespace coppice

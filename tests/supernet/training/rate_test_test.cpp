#include "supernet/training/rate_test.hpp"

#include <gtest/gtest.h>

#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/tiny_space.hpp"
#include "tests/support/training_data.hpp"

namespace coppice {
namespace {

TEST(RateTest, FindsARateThatTrains) {
  const SearchSpace space = tiny_space();
  Supernet net(space, Random(1));
  const TrainData data = synthetic_data();
  TrainOptions options = short_options(space, 3);
  const RateTest test = test_rates(net, data, options);
  EXPECT_GT(test.rate, 0.003);
  EXPECT_LT(test.rate, 1);
  for (std::size_t i = 1; i < test.curve.size(); ++i) {
    EXPECT_GT(test.curve[i].rate, test.curve[i - 1].rate);
  }
  options.phases.resize(1);
  options.phases.front().epochs = 10;
  options.phases.front().rate = test.rate;
  Supernet fresh(space, Random(1));
  TrainState state;
  const TrainObserver silent{[](const TrainEvent&) {}, [](const TrainState&) {}, {}, ""};
  train(fresh, state, data, options, silent);
  EXPECT_GT(state.history.back().largest, 50);  // chance is 12.5 %
}

TEST(RateTest, ALossThatNeverFallsIsTold) {
  const SearchSpace space = tiny_space();
  Supernet net(space, Random(1));
  RateTestOptions hopeless;
  hopeless.lowest = 1e-9;
  hopeless.highest = 2e-9;
  hopeless.steps = 20;
  EXPECT_EQ(
      message_of([&] {
        static_cast<void>(test_rates(net, synthetic_data(), short_options(space, 1), {}, hopeless));
      }),
      "the loss does not fall at any rate from 1e-09 to 2e-09: look at the data and the labels; "
      "from weights that are trained already a test this short tells nothing, begin with the rate "
      "of the recipe");
}

// Their loss falls no further: the test must not take a lucky batch at the lowest rate for the
// best.
TEST(RateTest, TrainedWeightsTellNoRate) {
  const SearchSpace space = tiny_space();
  Supernet net(space, Random(1));
  const TrainData data = synthetic_data();
  TrainOptions options = short_options(space, 30);
  options.phases.resize(1);
  options.phases.front().rate = 0.05;
  TrainState state;
  const TrainObserver silent{[](const TrainEvent&) {}, [](const TrainState&) {}, {}, ""};
  train(net, state, data, options, silent);
  EXPECT_NE(message_of([&] {
              static_cast<void>(test_rates(net, data, options));
            }).find("from weights that are trained already"),
            std::string::npos);
}

}  // namespace
}  // namespace coppice

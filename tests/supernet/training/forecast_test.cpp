#include "supernet/training/forecast.hpp"

#include <gtest/gtest.h>

#include "tests/support/tiny_space.hpp"
#include "tests/support/training_data.hpp"

namespace coppice {
namespace {

TEST(Forecast, CountsWhatTheTrainingWillDoAndMeasuresASample) {
  const SearchSpace space = tiny_space();
  Supernet net(space, Random(1));
  TrainOptions options = short_options(space, 2);
  options.phases[1].epochs = 0;
  const SteadyClock clock;
  double joules = 0;
  const auto meter = [&] { return joules += 5; };
  const Forecast forecast = forecast_training(net, synthetic_data(), options, clock, meter, {2});
  ASSERT_EQ(forecast.phases.size(), options.phases.size() - 1);
  EXPECT_EQ(forecast.phases[0].name, "full");
  EXPECT_EQ(forecast.phases[1].name, "depth1");
  double seconds = forecast.evaluation.seconds * forecast.evaluations;
  for (const PhaseForecast& phase : forecast.phases) {
    EXPECT_EQ(phase.steps, 16);
    EXPECT_GT(phase.step.seconds, 0);
    EXPECT_DOUBLE_EQ(phase.step.joules, 2.5);  // 5 J between two readings, two steps
    seconds += 16 * phase.step.seconds;
  }
  EXPECT_EQ(forecast.evaluations, 5);
  EXPECT_NEAR(forecast.seconds(), seconds, 1e-9);
  EXPECT_DOUBLE_EQ(forecast.joules(), 5 * 16 * 2.5 + 5 * 5);
  EXPECT_GT(forecast.peak_memory_bytes, 10 << 20);
}

}  // namespace
}  // namespace coppice

#include "supernet/training/train_options.hpp"

#include <gtest/gtest.h>

#include "tests/support/tiny_space.hpp"

namespace coppice {
namespace {

TEST(TrainOptions, APhaseThatContinuesSharesOneCosine) {
  TrainOptions options;
  options.batch_size = 64;
  Phase whole{"whole", 1, 1, 1, 1, 8, 2, 0.1, 1};
  options.phases = {whole};
  const std::size_t images = 640;  // ten steps an epoch
  const auto one = phase_steps(options, images);
  TrainOptions parts = options;
  parts.phases = {Phase{"first", 1, 1, 1, 1, 3, 2, 0.1, 1},
                  Phase{"second", 1, 1, 1, 1, 5, 0, 9, 1}};
  parts.phases[1].continues = true;
  const auto two = phase_steps(parts, images);
  ASSERT_EQ(two, (std::vector<std::int64_t>{50, 50}));
  for (std::int64_t step = 0; step < 100; ++step) {
    const auto phase = static_cast<std::size_t>(step / 50);
    EXPECT_DOUBLE_EQ(phase_rate(parts, two, phase, step % 50, images),
                     phase_rate(options, one, 0, step, images))
        << step;
  }
}

TEST(TrainOptions, TheRateScalesWithTheBatch) {
  TrainOptions options;
  options.phases = {Phase{"full", 1, 1, 1, 1, 4, 0, 0.1, 1}};
  options.batch_size = 64;
  const double once = phase_rate(options, phase_steps(options, 6400), 0, 0, 6400);
  options.batch_size = 128;
  EXPECT_DOUBLE_EQ(phase_rate(options, phase_steps(options, 6400), 0, 0, 6400), 2 * once);
}

}  // namespace
}  // namespace coppice

#include "supernet/training/train_options.hpp"

#include <gtest/gtest.h>

#include "tests/supernet/base/temporary_folder.hpp"
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
                  Phase{"second", 1, 1, 1, 1, 5, 0, 0.1, 1}};
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

TEST(TrainOptions, EachPhaseOfACourseHasItsOwnPeak) {
  TrainOptions options;
  options.batch_size = 64;
  options.phases = {Phase{"full", 1, 1, 1, 1, 3, 0, 0.1, 1},
                    Phase{"delayed", 1, 1, 1, 1, 3, 0, 0.1, 1}};
  options.phases[1].continues = true;
  const std::size_t images = 640;
  const auto steps = phase_steps(options, images);
  const double rate = phase_rate(options, steps, 1, 5, images);
  options.phases[1].rate = 0.05;
  EXPECT_DOUBLE_EQ(phase_rate(options, steps, 1, 5, images), rate / 2);
  // Where the first is skipped the second begins a course, with its warm-up.
  options.phases[0].epochs = 0;
  options.phases[1].warmup_epochs = 1;
  const auto alone = phase_steps(options, images);
  EXPECT_LT(phase_rate(options, alone, 1, 0, images), 0.02);
  EXPECT_DOUBLE_EQ(phase_rate(options, alone, 1, 10, images), 0.05);
}

TEST(TrainOptions, ACourseWarmsUpOnce) {
  TrainOptions options;
  options.phases = {Phase{"full", 1, 1, 1, 1, 3, 0, 0.1, 1},
                    Phase{"delayed", 1, 1, 1, 1, 3, 2, 0.1, 1}};
  options.phases[1].continues = true;
  EXPECT_EQ(message_of([&] { validate(options); }),
            "delayed.warmup-epochs = 2, but this phase goes on where full ended; give "
            "full.warmup-epochs");
}

// Cai et al.'s 32 workers of 64 images begin with the rate of one.
TEST(TrainOptions, ThePublishedBatchWarmsUpFromTheUnscaledRate) {
  TrainOptions options;
  options.batch_size = 2048;
  options.phases = {Phase{"full", 1, 1, 1, 1, 180, 5, 0.08125, 1}};
  const std::size_t images = 2048 * 100;
  const auto steps = phase_steps(options, images);
  EXPECT_DOUBLE_EQ(phase_rate(options, steps, 0, 0, images), 0.08125 + 31 * 0.08125 / 500);
  EXPECT_DOUBLE_EQ(phase_rate(options, steps, 0, 499, images), 32 * 0.08125);
  options.batch_size = 64;
  EXPECT_LT(phase_rate(options, phase_steps(options, images), 0, 0, images), 0.01);
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

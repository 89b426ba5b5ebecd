#include "experiments/config_file.hpp"

#include <gtest/gtest.h>

#include "experiments/fit_options.hpp"
#include "experiments/train_options.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"
#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

template <class T>
std::string error_of(const Words& arguments) {
  try {
    static_cast<void>(parse_command<T>(arguments));
  } catch (const Error& error) {
    EXPECT_EQ(error.failure(), Failure::usage);
    return error.what();
  }
  return "no error";
}

const Words kTrain{"--space", "small", "--data", "d", "--out", "r"};

Words with(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST(ConfigFile, OptionsInEffectReadBackToThemselves) {
  const TemporaryFolder folder;
  const auto command = parse_command<TrainCommand>(with(
      kTrain, {"--depth1.rate=0.125", "--classes", "7", "--resolutions=28-64/12", "--seed=9"}));
  record_options(folder.path(), "train", effective_options(command));
  const auto again =
      parse_command<TrainCommand>({"--config", (folder.path() / "experiment.cfg").string()});
  EXPECT_EQ(effective_options(again), effective_options(command));
  EXPECT_EQ(again.depth1.rate, 0.125);
  EXPECT_EQ(again.space.classes, 7);
  EXPECT_EQ(again.space.resolutions, (std::vector<int>{28, 40, 52, 64}));
  EXPECT_EQ(again.common.seed, 9U);
}

TEST(ConfigFile, RecordingACommandAgainReplacesItsSectionOnly) {
  const TemporaryFolder folder;
  record_options(folder.path(), "train", "batch = 1\n");
  record_options(folder.path(), "fit", "target = a\n");
  record_options(folder.path(), "train", "batch = 2\n");
  EXPECT_EQ(read_text_file(folder.path() / "experiment.cfg"),
            "[fit]\ntarget = a\n[train]\nbatch = 2\n");
}

TEST(ConfigFile, CommandLineWinsAndSectionsOfOthersArePassedOver) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "x.cfg";
  write_text_file(path, "seed = 4\n[full]\nepochs = 3\n[train]\nbatch = 8\n[fit]\ntarget = t\n");
  const auto command =
      parse_command<TrainCommand>(with(kTrain, {"--config", path.string(), "--batch=16"}));
  EXPECT_EQ(command.recipe.batch, 16);
  EXPECT_EQ(command.full.epochs, 3);
  EXPECT_EQ(command.common.seed, 4U);
}

TEST(ConfigFile, ValuesThatIniCannotHoldAreRefused) {
  const auto command = parse_command<TrainCommand>(with(kTrain, {"--init", "a#b"}));
  EXPECT_THROW(
      {
        try {
          static_cast<void>(effective_options(command));
        } catch (const Error& error) {
          EXPECT_STREQ(error.what(),
                       "--init = a#b, must not contain '#' or a line break: a configuration file "
                       "cannot hold it");
          throw;
        }
      },
      Error);
}

TEST(ConfigFile, ThreadsAreResolvedToThisProcess) {
  EXPECT_EQ(parse_command<TrainCommand>(kTrain).common.threads, available_processors());
  EXPECT_EQ(parse_command<TrainCommand>(with(kTrain, {"--threads=1"})).common.threads, 1);
}

TEST(TrainOptions, BadValuesNameTheOption) {
  EXPECT_EQ(error_of<TrainCommand>(with(kTrain, {"--batch=1"})), "--batch = 1, must be 2 to 65536");
  EXPECT_EQ(error_of<TrainCommand>(with(kTrain, {"--width2.rate=0"})),
            "--width2.rate = 0, must be above 0 and at most 100");
  EXPECT_EQ(error_of<TrainCommand>(with(kTrain, {"--kernel.subnets=0"})),
            "--kernel.subnets = 0, must be 1 to 64");
  EXPECT_EQ(error_of<TrainCommand>(with(kTrain, {"--augment=mixup"})),
            "--augment = mixup, must be none, crop-flip or imagenet");
  EXPECT_EQ(error_of<TrainCommand>(with(kTrain, {"--target-accuracy=101"})),
            "--target-accuracy = 101, must be 0 to 100 (percent)");
}

TEST(FitOptions, DirectionFollowsTheNameUnlessTold) {
  FitCommand command;
  command.target = "accuracy_top5";
  EXPECT_TRUE(maximizes(command));
  command.minimize = true;
  EXPECT_FALSE(maximizes(command));
  command = {};
  command.target = "latency_ms";
  EXPECT_FALSE(maximizes(command));
  command.maximize = true;
  EXPECT_TRUE(maximizes(command));
}

}  // namespace
}  // namespace coppice

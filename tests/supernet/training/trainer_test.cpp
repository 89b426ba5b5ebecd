#include "supernet/training/trainer.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include "supernet/base/error.hpp"
#include "supernet/base/interruption.hpp"
#include "supernet/checkpoint.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/tiny_resnet_space.hpp"
#include "tests/support/tiny_space.hpp"
#include "tests/support/training_data.hpp"

namespace coppice {
namespace {

TrainObserver silent() {
  return {[](const TrainEvent&) {}, [](const TrainState&) {}, {}, "the last checkpoint"};
}

std::vector<at::Tensor> snapshot(const Supernet& net) {
  std::vector<at::Tensor> tensors;
  for (const auto* list : {&net.parameters(), &net.statistics()}) {
    for (const NamedTensor& named : *list) tensors.push_back(named.tensor.detach().clone());
  }
  return tensors;
}

class Trainer : public testing::Test {
 protected:
  void SetUp() override {
    at::set_num_threads(1);
    request_interruption(false);
  }
  void TearDown() override { request_interruption(false); }
};

TEST_F(Trainer, LearnsInAllPhases) {
  const SearchSpace space = tiny_space();
  Supernet net(space, Random(1));
  TrainState state;
  TrainOptions options = short_options(space, 2);
  options.phases.front().epochs = 10;
  const TrainData data = synthetic_data();
  const TrainSummary summary = train(net, state, data, options, silent());
  EXPECT_EQ(summary.stopped_because, "completed");
  ASSERT_EQ(state.history.size(), options.phases.size());
  EXPECT_EQ(state.history.back().phase, "expand2");
  // Chance is 12.5 %.
  EXPECT_GT(state.history.back().largest, 60);
  EXPECT_GT(state.history.back().smallest, 30);
}

TEST_F(Trainer, LearnsAsWellInHalfPrecision) {
  const SearchSpace space = tiny_space();
  const TrainData data = synthetic_data();
  double largest[2] = {};
  for (const Precision precision : {Precision::fp32, Precision::bf16}) {
    Supernet net(space, Random(1));
    TrainState state;
    TrainOptions options = short_options(space, 0);
    options.phases.front().epochs = 10;
    options.precision = precision;
    train(net, state, data, options, silent());
    largest[precision == Precision::bf16 ? 1 : 0] = state.history.back().largest;
  }
  EXPECT_GT(largest[1], 60);
  EXPECT_NEAR(largest[0], largest[1], 8);  // 128 held-out images
}

TEST_F(Trainer, BottleneckNetworksShrinkInWidthToo) {
  const SearchSpace space = tiny_resnet_space();
  Supernet net(space, Random(1));
  TrainState state;
  TrainOptions options = short_options(space, 1);
  options.phases.front().epochs = 6;
  train(net, state, synthetic_data(), options, silent());
  EXPECT_EQ(state.history.back().phase, "width2");
  EXPECT_GT(state.history.back().largest, 40);
  EXPECT_GT(state.history.back().smallest, 20);
}

// Runs until the given step of the whole schedule, interrupts, saves, loads and goes on.
std::vector<at::Tensor> train_interrupted(std::int64_t stop_at, const TrainData& data) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "supernet.h5";
  const SearchSpace space = tiny_space();
  const TrainOptions options = short_options(space, 0.5);
  {
    Supernet net(space, Random(1));
    TrainState state;
    CheckpointInfo info;
    info.preprocessing = data.preprocessing;
    TrainObserver observer{[stop_at](const TrainEvent& event) {
                             if (event.kind == TrainEvent::Kind::step && event.step == stop_at) {
                               request_interruption();
                             }
                           },
                           [&](const TrainState& s) { save_checkpoint(path, net, s, info); },
                           {},
                           {}};
    EXPECT_EQ(train(net, state, data, options, observer).stopped_because, "interrupted");
  }
  request_interruption(false);
  Checkpoint checkpoint = load_checkpoint(path);
  EXPECT_EQ(train(checkpoint.supernet, checkpoint.state, data, options, silent()).stopped_because,
            "completed");
  return snapshot(checkpoint.supernet);
}

TEST_F(Trainer, ResumeEqualsUninterruptedRun) {
  const TrainData data = synthetic_data();
  const SearchSpace space = tiny_space();
  Supernet net(space, Random(1));
  TrainState state;
  train(net, state, data, short_options(space, 0.5), silent());
  const auto whole = snapshot(net);
  // 4 steps a phase: within the first phase, at its end, and within the sorted expand phases.
  for (const std::int64_t stop_at : {2, 4, 17, 22}) {
    const auto resumed = train_interrupted(stop_at, data);
    ASSERT_EQ(whole.size(), resumed.size());
    for (std::size_t i = 0; i < whole.size(); ++i) {
      ASSERT_TRUE(at::equal(whole[i], resumed[i])) << "stopped at " << stop_at << ", tensor " << i;
    }
  }
}

TEST_F(Trainer, ASkippedExpandPhaseLeavesAllChannelsToSort) {
  const SearchSpace space = tiny_space();
  Supernet net(space, Random(1));
  TrainState state;
  TrainOptions options = short_options(space, 0.5);
  for (Phase& phase : options.phases) {
    if (phase.name == "expand1") phase.epochs = 0;
    if (phase.name == "expand2") phase.rate = 1e-9;  // keeps the order that sorting gave
  }
  train(net, state, synthetic_data(), options, silent());
  const at::Tensor found = net.stored("blocks.1.project").weight.abs().sum({0, 2, 3}).detach();
  EXPECT_TRUE(at::allclose(found, std::get<0>(found.sort(0, true))));
}

TEST_F(Trainer, TheTeacherIsTheFullNetworkOfTheFirstPhase) {
  const SearchSpace space = tiny_space();
  Supernet net(space, Random(1));
  TrainState state;
  TrainOptions options = short_options(space, 0.5);
  const Subnet* teacher = nullptr;
  at::Tensor at_end_of_full;
  TrainObserver observer = silent();
  observer.checkpoint = [&](const TrainState& s) {
    if (s.phase == 1 && s.step == 0) at_end_of_full = net.stored("stem").weight.detach().clone();
    if (s.teacher) teacher = &*s.teacher;
  };
  train(net, state, synthetic_data(), options, observer);
  ASSERT_NE(teacher, nullptr);
  EXPECT_TRUE(at::equal(teacher->layers().front().weight, at_end_of_full));
  EXPECT_FALSE(at::equal(net.stored("stem").weight, at_end_of_full));
}

// Spoils the classifier at a step of the whole schedule, counted from 1.
std::string failure_when_spoilt(std::int64_t at, TrainObserver observer) {
  const SearchSpace space = tiny_space();
  Supernet net(space, Random(1));
  TrainState state;
  const auto spoil = [&](const TrainEvent& event) {
    if (event.kind != TrainEvent::Kind::step || event.step != at) return;
    const at::NoGradGuard no_grad;
    at::Tensor weight = net.stored("classifier").weight;
    weight.fill_(NAN);
  };
  observer.event = spoil;
  const TrainData data = synthetic_data();
  return message_of(
      [&] { static_cast<void>(train(net, state, data, short_options(space, 1.5), observer)); });
}

TEST_F(Trainer, ALossThatIsNoNumberNamesTheStepAndTheLastGoodCheckpoint) {
  TrainObserver observer = silent();
  observer.checkpoint_name = "runs/a/supernet.h5";
  // 8 steps an epoch, each of which ends with a checkpoint; 12 a phase.
  EXPECT_EQ(failure_when_spoilt(3, observer),
            "the loss is not a finite number at step 3 of the phase full; no checkpoint was "
            "written yet: lower full.rate (0.05) and start again");
  EXPECT_EQ(failure_when_spoilt(10, observer),
            "the loss is not a finite number at step 10 of the phase full; the last good "
            "checkpoint is runs/a/supernet.h5, of step 8 of the phase full: lower full.rate "
            "(0.05) and go on from it with --resume");
}

TEST_F(Trainer, WeightsThatAreNoNumbersAreNotSaved) {
  int saved = 0;
  TrainObserver observer = silent();
  observer.checkpoint = [&](const TrainState&) { ++saved; };
  observer.checkpoint_due = [] { return true; };
  EXPECT_EQ(failure_when_spoilt(3, observer),
            "classifier/weight is not a finite number at step 3 of the phase full; the last good "
            "checkpoint is the last checkpoint, of step 2 of the phase full: lower full.rate "
            "(0.05) and go on from it with --resume");
  EXPECT_EQ(saved, 2);
}

TEST_F(Trainer, CheckpointsComeWheneverTheyAreDue) {
  const SearchSpace space = tiny_space();
  Supernet net(space, Random(1));
  TrainState state;
  TrainOptions options = short_options(space, 0.5);
  options.phases.resize(1);
  std::vector<std::int64_t> steps;
  int asked = 0;
  TrainObserver observer = silent();
  observer.checkpoint = [&](const TrainState& s) { steps.push_back(s.step); };
  observer.checkpoint_due = [&] { return ++asked % 2 == 0; };
  train(net, state, synthetic_data(), options, observer);
  // 4 steps: the last is the phase's end, where the next phase begins.
  EXPECT_EQ(steps, (std::vector<std::int64_t>{2, 0}));
}

TEST_F(Trainer, EveryScheduleTeachesSmallAndLargeNetworks) {
  const SearchSpace space = tiny_space();
  for (const Schedule schedule :
       {Schedule::sandwich, Schedule::attentive, Schedule::compound, Schedule::delayed}) {
    Supernet net(space, Random(1));
    TrainState state;
    TrainOptions options;
    options.batch_size = 32;
    options.phases = schedule_phases(schedule, space);
    options.scores = [](const std::vector<Architecture>& all) {
      return std::vector<double>(all.size(), 1);
    };
    for (Phase& phase : options.phases) {
      phase.epochs = 16.0 / static_cast<double>(options.phases.size());
      phase.warmup_epochs = 0;
      phase.rate = 0.05;
    }
    train(net, state, synthetic_data(), options, silent());
    // Chance is 12.5 %.
    EXPECT_GT(state.history.back().largest, 40) << to_text(schedule);
    EXPECT_GT(state.history.back().smallest, 25) << to_text(schedule);
  }
}

TEST_F(Trainer, ANetworkAloneLearnsAndLeavesKernelMatricesAlone) {
  const SearchSpace space = tiny_space();
  Supernet net(space, Random(1));
  TrainOptions options = short_options(space, 10);
  options.phases.resize(1);
  options.phases.front().only = space.smallest();
  TrainState state;
  train(net, state, synthetic_data(), options, silent());
  EXPECT_GT(state.history.back().largest, 40);
  EXPECT_EQ(state.history.back().largest, state.history.back().smallest);
  for (const NamedTensor& parameter : net.parameters()) {
    if (!is_transform(parameter.name)) continue;
    EXPECT_TRUE(at::equal(parameter.tensor.detach(), at::eye(parameter.tensor.size(0))));
  }
}

TEST_F(Trainer, SortedChannelsOfTheStartAreNotSortedAgain) {
  const SearchSpace space = tiny_space();
  Supernet net(space, Random(1));
  TrainState state;
  state.open_expands = kAllChoices;
  TrainOptions options = short_options(space, 0.5);
  for (Phase& phase : options.phases) {
    if (phase.name != "expand2") phase.epochs = 0;
    phase.rate = 1e-9;
  }
  const at::Tensor before = net.stored("blocks.1.project").weight.detach().clone();
  train(net, state, synthetic_data(), options, silent());
  EXPECT_TRUE(at::allclose(net.stored("blocks.1.project").weight.detach(), before));
}

TEST_F(Trainer, AReachedTargetEndsTraining) {
  const SearchSpace space = tiny_space();
  Supernet net(space, Random(1));
  TrainState state;
  TrainOptions options = short_options(space, 20);
  options.target_accuracy = 20;
  const TrainSummary summary = train(net, state, synthetic_data(), options, silent());
  EXPECT_EQ(summary.stopped_because, "target accuracy reached");
  // 256 images in batches of 32: what was really done, not what was planned.
  EXPECT_DOUBLE_EQ(summary.epochs, static_cast<double>(state.history.back().step) / 8);
  EXPECT_LT(state.history.back().step, 20 * 8);
  // 128 held-out images: the lower bound asks for clearly more than 20 %.
  EXPECT_GT(state.history.back().largest, 24);
}

class TrainerWithPhases : public Trainer, public testing::WithParamInterface<std::size_t> {};

TEST_P(TrainerWithPhases, AnotherTargetGoesOnWhereTheFirstWasReached) {
  const SearchSpace space = tiny_space();
  TrainOptions options = short_options(space, 4);
  options.phases.resize(std::min(GetParam(), options.phases.size()));
  options.evaluations_per_phase = 4;
  Supernet whole(space, Random(1));
  TrainState uninterrupted;
  train(whole, uninterrupted, synthetic_data(), options, silent());

  Supernet net(space, Random(1));
  TrainState state;
  options.target_accuracy = 1;
  train(net, state, synthetic_data(), options, silent());
  EXPECT_EQ(state.phase, 0U);
  EXPECT_EQ(state.step, 8);  // an epoch: 256 images in batches of 32
  EXPECT_FALSE(state.momentum.empty());
  options.target_accuracy = 0;
  const TrainSummary summary = train(net, state, synthetic_data(), options, silent());
  EXPECT_EQ(summary.stopped_because, "completed");
  for (std::size_t i = 0; i < net.parameters().size(); ++i) {
    EXPECT_TRUE(at::equal(net.parameters()[i].tensor, whole.parameters()[i].tensor)) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(OneAndAll, TrainerWithPhases, testing::Values(1, 99));

TEST_F(Trainer, ATargetThatTheLastStepReachesIsAnEnd) {
  const SearchSpace space = tiny_space();
  Supernet net(space, Random(1));
  TrainState state;
  TrainOptions options = short_options(space, 1);
  options.phases.resize(1);
  options.target_accuracy = 1;
  EXPECT_EQ(train(net, state, synthetic_data(), options, silent()).stopped_because,
            "target accuracy reached");
  EXPECT_EQ(state.phase, 1U);
}

TEST_F(Trainer, ATrainingSetSmallerThanABatchIsRefused) {
  const SearchSpace space = tiny_space();
  Supernet net(space, Random(1));
  TrainState state;
  TrainOptions options = short_options(space, 1);
  try {
    train(net, state, synthetic_data(16), options, silent());
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "the training set holds 16 images, one batch needs 32; lower --batch");
  }
}

}  // namespace
}  // namespace coppice

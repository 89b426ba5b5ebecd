// Several ranks train as one process with the whole batch does.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <map>
#include <mutex>

#include "supernet/base/interruption.hpp"
#include "supernet/training/trainer.hpp"
#include "tests/support/rank_threads.hpp"
#include "tests/support/tiny_resnet_space.hpp"
#include "tests/support/tiny_space.hpp"
#include "tests/support/training_data.hpp"

namespace coppice {
namespace {

/// What a training leaves.
struct Trained {
  std::vector<double> losses;  ///< by step
  std::vector<HistoryRow> history;
  std::vector<at::Tensor> weights;
  std::vector<at::Tensor> statistics;
};

std::vector<at::Tensor> copies(const std::vector<NamedTensor>& tensors) {
  std::vector<at::Tensor> all;
  for (const NamedTensor& named : tensors) all.push_back(named.tensor.detach().clone());
  return all;
}

Trained train_once(const SearchSpace& space, const TrainOptions& options, const TrainData& data) {
  Supernet net(space, Random(1));
  TrainState state;
  Trained trained;
  const TrainObserver observer{[&trained](const TrainEvent& event) {
                                 if (event.kind == TrainEvent::Kind::step) {
                                   trained.losses.push_back(event.loss);
                                 }
                               },
                               [](const TrainState&) {},
                               {},
                               "the last checkpoint"};
  train(net, state, data, options, observer);
  trained.history = state.history;
  trained.weights = copies(net.parameters());
  trained.statistics = copies(net.statistics());
  return trained;
}

/// One result a rank.
std::vector<Trained> train_in_ranks(int size, const SearchSpace& space, TrainOptions options) {
  const TrainData data = synthetic_data();
  std::vector<Trained> results(static_cast<std::size_t>(size));
  run_ranks(size, [&](const std::shared_ptr<RankGroup>& ranks) {
    TrainOptions own = options;
    own.ranks = ranks;
    results[static_cast<std::size_t>(ranks->rank())] = train_once(space, own, data);
  });
  return results;
}

double largest_difference(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, (a[i] - b[i]).abs().max().item<double>());
  }
  return largest;
}

void expect_same_losses(const Trained& one, const Trained& rank) {
  ASSERT_EQ(one.losses.size(), rank.losses.size());
  for (std::size_t i = 0; i < one.losses.size(); ++i) {
    EXPECT_NEAR(one.losses[i], rank.losses[i], 1e-5) << "step " << i;
  }
}

class DistributedTraining : public testing::Test {
 protected:
  void SetUp() override {
    at::set_num_threads(1);
    request_interruption(false);
  }
  void TearDown() override { request_interruption(false); }
};

// Batch norm, dropout, distillation, kernel matrices, sorted channels, in every phase.
TEST_F(DistributedTraining, TwoAndFourRanksEqualOneWithTheWholeBatch) {
  const SearchSpace space = tiny_space();
  TrainOptions options = short_options(space, 0.25);  // two steps a phase
  for (Phase& phase : options.phases) phase.rate = 0.01;
  const Trained one = train_once(space, options, synthetic_data());
  for (const int size : {2, 4}) {
    SCOPED_TRACE(size);
    const std::vector<Trained> ranks = train_in_ranks(size, space, options);
    expect_same_losses(one, ranks.front());
    EXPECT_LT(largest_difference(one.weights, ranks.front().weights), 1e-5);
    EXPECT_LT(largest_difference(one.statistics, ranks.front().statistics), 1e-5);
    for (const Trained& rank : ranks) {
      EXPECT_EQ(largest_difference(rank.weights, ranks.front().weights), 0);
      EXPECT_EQ(largest_difference(rank.statistics, ranks.front().statistics), 0);
      EXPECT_EQ(rank.losses, ranks.front().losses);
      EXPECT_EQ(rank.history.back().largest, ranks.front().history.back().largest);
    }
  }
}

// 32 images over three ranks: 10, 11 and 11.
TEST_F(DistributedTraining, SharesNeedNotBeEqual) {
  const SearchSpace space = tiny_space();
  TrainOptions options = short_options(space, 0);
  options.phases.front().epochs = 0.5;
  options.phases.front().rate = 0.01;
  const Trained one = train_once(space, options, synthetic_data());
  expect_same_losses(one, train_in_ranks(3, space, options).front());
}

// Layers that the fused path does not know, a teacher on batch statistics, networks that teach.
TEST_F(DistributedTraining, BottleneckNetworksToo) {
  const SearchSpace space = tiny_resnet_space();
  TrainOptions options = short_options(space, 0.25);
  options.teacher = TeacherMode::batch;
  for (Phase& phase : options.phases) phase.rate = 0.01;
  const Trained one = train_once(space, options, synthetic_data());
  const std::vector<Trained> ranks = train_in_ranks(2, space, options);
  expect_same_losses(one, ranks.front());
  EXPECT_LT(largest_difference(one.statistics, ranks.front().statistics), 1e-5);
}

TEST_F(DistributedTraining, LocalStatisticsAreOthersButWeightsStayTheSameOnAllRanks) {
  const SearchSpace space = tiny_space();
  TrainOptions options = short_options(space, 0.5);
  const Trained one = train_once(space, options, synthetic_data());
  options.norm_statistics = NormStatistics::local;
  const std::vector<Trained> ranks = train_in_ranks(2, space, options);
  EXPECT_EQ(largest_difference(ranks[0].weights, ranks[1].weights), 0);
  EXPECT_EQ(largest_difference(ranks[0].statistics, ranks[1].statistics), 0);  // rank 0's
  EXPECT_EQ(ranks[0].losses, ranks[1].losses);
  EXPECT_GT(std::abs(one.losses.back() - ranks[0].losses.back()), 1e-4);
  EXPECT_NEAR(one.losses.back(), ranks[0].losses.back(), 0.5);
}

TEST_F(DistributedTraining, TheSameRanksGiveTheSameBits) {
  const SearchSpace space = tiny_space();
  const TrainOptions options = short_options(space, 0.25);
  const auto first = train_in_ranks(2, space, options);
  const auto second = train_in_ranks(2, space, options);
  EXPECT_EQ(largest_difference(first[0].weights, second[0].weights), 0);
}

TEST_F(DistributedTraining, EveryRankNeedsTwoImages) {
  TrainOptions options = short_options(tiny_space(), 1);
  options.batch_size = 3;
  run_ranks(2, [&](const std::shared_ptr<RankGroup>& ranks) {
    TrainOptions own = options;
    own.ranks = ranks;
    try {
      validate(own);
      ADD_FAILURE() << "too small a batch";
    } catch (const std::exception& error) {
      EXPECT_EQ(std::string(error.what()),
                "batch = 3, but 2 ranks share it and each needs two images; give at least 4");
    }
  });
}

}  // namespace
}  // namespace coppice

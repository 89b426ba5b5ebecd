#include "supernet/training/batches.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <set>
#include <thread>

#include "supernet/data/memory_dataset.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/synthetic_dataset.hpp"

namespace coppice {
namespace {

using Clock = std::chrono::steady_clock;

BatchOptions options_of(std::size_t batch, Share share = {}) {
  return {batch, Augmentation::crop_flip, {12, 16}, share};
}

TrainingBatches batches_of(const BatchOptions& options, std::size_t images = 40) {
  const auto dataset = std::make_shared<SyntheticDataset>(images, 8, 1);
  return {dataset, measure_preprocessing(*dataset, 20, Random(1)), options, Random(3)};
}

TEST(TrainingBatches, AStepYieldsTheSameInAnyOrderOfAsking) {
  TrainingBatches in_order = batches_of(options_of(16));
  std::vector<Batch> all;
  for (std::int64_t step = 0; step < 6; ++step) all.push_back(in_order.get(step));
  TrainingBatches any_order = batches_of(options_of(16));
  for (const std::int64_t step : {5, 1, 4, 0, 2, 3}) {
    const Batch batch = any_order.get(step);
    EXPECT_TRUE(at::equal(batch.images, all[static_cast<std::size_t>(step)].images)) << step;
    EXPECT_TRUE(at::equal(batch.labels, all[static_cast<std::size_t>(step)].labels)) << step;
  }
}

TEST(TrainingBatches, SharesPutTogetherAreTheWholeBatch) {
  TrainingBatches whole = batches_of(options_of(16));
  for (const int ranks : {2, 3, 4}) {
    for (std::int64_t step = 0; step < 3; ++step) {
      std::vector<at::Tensor> images;
      std::vector<at::Tensor> labels;
      for (int rank = 0; rank < ranks; ++rank) {
        const Batch part = batches_of(options_of(16, share_of(16, rank, ranks))).get(step);
        images.push_back(part.images);
        labels.push_back(part.labels);
      }
      const Batch batch = whole.get(step);
      EXPECT_TRUE(at::equal(at::cat(images), batch.images)) << ranks << " ranks, step " << step;
      EXPECT_TRUE(at::equal(at::cat(labels), batch.labels)) << ranks << " ranks, step " << step;
    }
  }
}

// Counts the pictures that were decoded.
class CountingDataset final : public Dataset {
 public:
  [[nodiscard]] std::size_t size() const override { return pictures_.size(); }
  [[nodiscard]] int label(std::size_t index) const override { return pictures_.label(index); }
  [[nodiscard]] Sample get(std::size_t index) const override {
    ++decoded_;
    return pictures_.get(index);
  }
  [[nodiscard]] int decoded() const { return decoded_; }

 private:
  SyntheticDataset pictures_{400, 8, 1};
  mutable std::atomic<int> decoded_{0};
};

TEST(Preprocessing, PicturesOfOneColourAreRefused) {
  for (const std::uint8_t grey : {std::uint8_t{0}, std::uint8_t{77}}) {
    const MemoryDataset plain(
        Image{4, 4, 1, {}}, std::vector<std::uint8_t>(16 * 10, grey), std::vector<int>(10));
    EXPECT_EQ(message_of([&] { static_cast<void>(measure_preprocessing(plain, 5, Random(1))); }),
              "all pixels of the training images are alike; images that differ are needed");
  }
}

TEST(TrainingBatches, TheNextBatchIsDecodedWhileOneIsInUse) {
  const auto dataset = std::make_shared<CountingDataset>();
  const Preprocessing preprocessing = measure_preprocessing(*dataset, 5, Random(1));
  const int before = dataset->decoded();
  TrainingBatches batches(dataset, preprocessing, options_of(100), Random(3));
  static_cast<void>(batches.get(0));
  const auto deadline = Clock::now() + std::chrono::seconds(60);
  while (dataset->decoded() < before + 200 && Clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(dataset->decoded(), before + 200);
}

}  // namespace
}  // namespace coppice

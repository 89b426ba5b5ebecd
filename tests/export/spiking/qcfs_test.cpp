#include "export/spiking/qcfs.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <memory>

#include "supernet/training/evaluate.hpp"
#include "tests/export/spiking/tiny_subnet.hpp"
#include "tests/support/synthetic_dataset.hpp"

namespace coppice {
namespace {

std::vector<float> values_of(const at::Tensor& tensor) {
  const at::Tensor dense = tensor.contiguous();
  return {dense.data_ptr<float>(), dense.data_ptr<float>() + dense.numel()};
}

at::Tensor row(const std::vector<float>& values) {
  return at::tensor(values).view({1, 1, 1, static_cast<std::int64_t>(values.size())});
}

TEST(Qcfs, RoundsToLevelsAndClips) {
  const at::Tensor x = row({-1, 0.24F, 0.25F, 0.9F, 1.8F, 5});
  const at::Tensor threshold = at::tensor(std::vector<float>{2});
  // Steps of 0.5, half a step is rounded up: 0.25 is the first value that becomes one.
  EXPECT_EQ(values_of(qcfs(x, threshold, 4)), (std::vector<float>{0, 0, 0.5, 1, 2, 2}));
  EXPECT_EQ(values_of(qcfs(x, threshold, 0)), (std::vector<float>{0, 0.24F, 0.25F, 0.9F, 1.8F, 2}));
}

TEST(Qcfs, GradientPassesThroughTheFloor) {
  const at::Tensor x = row({-1, 0.6F, 3}).requires_grad_(true);
  const at::Tensor threshold = at::tensor(std::vector<float>{2}).requires_grad_(true);
  qcfs(x, threshold, 4).sum().backward();
  EXPECT_EQ(values_of(x.grad()), (std::vector<float>{0, 1, 0}));
  // dy/dt: 0 below, rate(0.3) - 0.3 = 0.25 - 0.3 within, 1 above.
  EXPECT_NEAR(threshold.grad().item<double>(), 0.95, 1e-6);
}

TEST(Qcfs, ThresholdsArePercentilesOfEachChannel) {
  const TinySpiking tiny = tiny_spiking(5, 8);
  const auto all = percentile_thresholds(tiny.subnet, {tiny.images}, 100);
  const auto halves = percentile_thresholds(
      tiny.subnet, {tiny.images.slice(0, 0, 3), tiny.images.slice(0, 3, 8)}, 100);
  const auto lower = percentile_thresholds(tiny.subnet, {tiny.images}, 90);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool fires = tiny.subnet.plan().layers[i].activation != Activation::none;
    ASSERT_EQ(all[i].defined(), fires);
    if (!fires) continue;
    EXPECT_LT((all[i] - halves[i]).abs().max().item<double>(), 1e-5);
    EXPECT_TRUE((lower[i] <= all[i] + 1e-6).all().item<bool>());
    EXPECT_GT(all[i].min().item<double>(), 0);
  }
}

TEST(Qcfs, FineTuningRaisesTheAccuracyOfFewLevels) {
  const SearchSpace space = narrow_space("small-relu", 16, 1);
  const Supernet supernet(space, Random(1));
  const auto dataset = std::make_shared<SyntheticDataset>(400, 7, 3);
  const Preprocessing preprocessing{{0.4F}, {0.3F}, 1};
  const PreparedImages images(dataset, preprocessing, 100);
  Subnet subnet = supernet.extract(space.smallest());
  calibrate(subnet, images.images(16));
  ThresholdTensors thresholds = percentile_thresholds(subnet, images.images(16), 99.9);
  const auto accuracy = [&] {
    std::int64_t hits = 0;
    for (std::size_t i = 0; i < images.batch_count(); ++i) {
      const Batch batch = images.batch(i, 16);
      const at::Tensor logits = qcfs_forward(subnet, thresholds, 4, batch.images);
      hits += logits.argmax(1).eq(batch.labels).sum().item<std::int64_t>();
    }
    return static_cast<double>(hits) / 400;
  };
  const double before = accuracy();
  const at::Tensor weight = subnet.layers().front().weight.clone();
  const Subnet teacher = subnet;
  BatchOptions batch_options;
  batch_options.batch_size = 40;
  batch_options.resolutions = {16};
  TrainingBatches batches(dataset, preprocessing, batch_options, Random(2));
  QcfsOptions options;
  options.epochs = 6;
  options.levels = 4;
  options.batch_size = 40;
  options.rate = 0.05;
  finetune_qcfs(subnet, thresholds, teacher, batches, options);
  EXPECT_GT(accuracy(), before + 0.3);
  // The teacher keeps its weights.
  EXPECT_EQ(values_of(teacher.layers().front().weight), values_of(weight));
}

}  // namespace
}  // namespace coppice

#include "supernet/training/evaluate.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/eq.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "supernet/base/error.hpp"
#include "supernet/base/interruption.hpp"
#include "supernet/data/split.hpp"

namespace coppice {
namespace {

constexpr std::size_t kKeptBytes = std::size_t{512} << 20U;

}  // namespace

PreparedImages::PreparedImages(std::shared_ptr<const Dataset> dataset,
                               Preprocessing preprocessing,
                               std::size_t batch_size)
    : dataset_(std::move(dataset)),
      preprocessing_(std::move(preprocessing)),
      batch_size_(batch_size) {}

std::shared_ptr<const PreparedImages> PreparedImages::first(std::size_t count) const {
  std::vector<std::size_t> indices(std::min(count, dataset_->size()));
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  return std::make_shared<PreparedImages>(
      subset(dataset_, std::move(indices)), preprocessing_, batch_size_);
}

std::size_t PreparedImages::batch_count() const {
  return (dataset_->size() + batch_size_ - 1) / batch_size_;
}

Batch PreparedImages::load(std::size_t index, int resolution) const {
  const std::size_t first = index * batch_size_;
  std::vector<std::size_t> indices(std::min(batch_size_, dataset_->size() - first));
  std::iota(indices.begin(), indices.end(), first);
  return load_batch(*dataset_, indices, resolution, preprocessing_);
}

Batch PreparedImages::batch(std::size_t index, int resolution) const {
  const auto pixels = static_cast<std::size_t>(resolution) * static_cast<std::size_t>(resolution);
  const std::size_t bytes = dataset_->size() * preprocessing_.mean.size() * pixels * sizeof(float);
  if (bytes > kKeptBytes) return load(index, resolution);
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<Batch>& batches = kept_[resolution];
  for (std::size_t i = batches.size(); i < batch_count(); ++i) {
    batches.push_back(load(i, resolution));
  }
  return batches[index];
}

std::vector<at::Tensor> PreparedImages::images(int resolution) const {
  std::vector<at::Tensor> all;
  for (std::size_t i = 0; i < batch_count(); ++i) all.push_back(batch(i, resolution).images);
  return all;
}

Accuracy evaluate(const Subnet& subnet, const PreparedImages& images, const RankGroup* ranks) {
  const Subnet network = subnet.folded();
  const auto logits = [&network](const at::Tensor& batch) { return network.forward(batch); };
  return evaluate(logits, network.plan().resolution, images, ranks);
}

Accuracy evaluate(const std::function<at::Tensor(const at::Tensor& images)>& logits,
                  int resolution,
                  const PreparedImages& images,
                  const RankGroup* ranks) {
  const at::NoGradGuard no_grad;
  const std::size_t first = ranks != nullptr ? static_cast<std::size_t>(ranks->rank()) : 0;
  const std::size_t step = ranks != nullptr ? static_cast<std::size_t>(ranks->size()) : 1;
  Accuracy accuracy;
  bool stopped = false;
  for (std::size_t i = first; i < images.batch_count(); i += step) {
    stopped = interruption_requested();
    if (stopped) break;
    const Batch batch = images.batch(i, resolution);
    const at::Tensor classes = at::argmax(logits(batch.images), 1).to(at::kCPU);
    const at::Tensor hits = at::eq(classes, batch.labels);
    accuracy.correct += hits.sum().item<std::int64_t>();
    accuracy.total += batch.labels.size(0);
  }
  if (ranks != nullptr) {
    const std::vector<double> sums = ranks->sum({static_cast<double>(accuracy.correct),
                                                 static_cast<double>(accuracy.total),
                                                 stopped ? 1.0 : 0.0});
    accuracy = {static_cast<std::int64_t>(sums[0]), static_cast<std::int64_t>(sums[1])};
    stopped = sums[2] > 0;
  }
  if (stopped) {
    throw Error("interrupted while evaluating; the same command starts over", Failure::interrupted);
  }
  return accuracy;
}

}  // namespace coppice

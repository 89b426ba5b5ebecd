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

PreparedImages::PreparedImages(std::shared_ptr<const Dataset> dataset,
                               Preprocessing preprocessing,
                               std::size_t batch_size,
                               std::size_t most_bytes)
    : dataset_(std::move(dataset)),
      preprocessing_(std::move(preprocessing)),
      batch_size_(batch_size),
      most_bytes_(most_bytes) {}

std::shared_ptr<const PreparedImages> PreparedImages::first(std::size_t count) const {
  std::vector<std::size_t> indices(std::min(count, dataset_->size()));
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  return std::make_shared<PreparedImages>(
      subset(dataset_, std::move(indices)), preprocessing_, batch_size_, most_bytes_);
}

std::size_t PreparedImages::batch_count() const {
  return (dataset_->size() + batch_size_ - 1) / batch_size_;
}

std::vector<Batch> PreparedImages::load(std::size_t index,
                                        const std::vector<int>& resolutions) const {
  const std::size_t first = index * batch_size_;
  std::vector<std::size_t> indices(std::min(batch_size_, dataset_->size() - first));
  std::iota(indices.begin(), indices.end(), first);
  return load_batches(*dataset_, indices, resolutions, preprocessing_);
}

std::size_t PreparedImages::bytes_of(int resolution) const {
  const auto pixels = static_cast<std::size_t>(resolution) * static_cast<std::size_t>(resolution);
  return dataset_->size() * preprocessing_.mean.size() * pixels * sizeof(float);
}

bool PreparedImages::keeps_now(int resolution) const {
  return kept_.count(resolution) > 0 || kept_bytes_ + bytes_of(resolution) <= most_bytes_;
}

const std::vector<Batch>& PreparedImages::kept(int resolution) const {
  const auto [found, is_new] = kept_.try_emplace(resolution);
  if (is_new) kept_bytes_ += bytes_of(resolution);
  std::vector<Batch>& batches = found->second;
  for (std::size_t i = batches.size(); i < batch_count(); ++i) {
    batches.push_back(load(i, {resolution}).front());
  }
  return batches;
}

bool PreparedImages::keeps(int resolution) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!keeps_now(resolution)) return false;
  static_cast<void>(kept(resolution));
  return true;
}

Batch PreparedImages::batch(std::size_t index, int resolution) const {
  return batches(index, {resolution}).at(resolution);
}

std::map<int, Batch> PreparedImages::batches(std::size_t index,
                                             const std::set<int>& resolutions) const {
  std::map<int, Batch> found;
  std::vector<int> missing;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const int resolution : resolutions) {
      if (keeps_now(resolution)) {
        found.emplace(resolution, kept(resolution)[index]);
      } else {
        missing.push_back(resolution);
      }
    }
  }
  if (missing.empty()) return found;
  const std::vector<Batch> loaded = load(index, missing);
  for (std::size_t i = 0; i < missing.size(); ++i) found.emplace(missing[i], loaded[i]);
  return found;
}

std::vector<at::Tensor> PreparedImages::images(int resolution) const {
  std::vector<at::Tensor> all;
  for (std::size_t i = 0; i < batch_count(); ++i) all.push_back(batch(i, resolution).images);
  return all;
}

void count_hits(const at::Tensor& logits, const at::Tensor& labels, Accuracy& accuracy) {
  const at::Tensor classes = at::argmax(logits, 1).to(at::kCPU);
  accuracy.correct += at::eq(classes, labels).sum().item<std::int64_t>();
  accuracy.total += labels.size(0);
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
    count_hits(logits(batch.images), batch.labels, accuracy);
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

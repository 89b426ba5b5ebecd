// Accuracy of a subnet on labelled images.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include "supernet/subnet.hpp"
#include "supernet/training/batches.hpp"

namespace coppice {

struct Accuracy {
  std::int64_t correct = 0;
  std::int64_t total = 0;
  [[nodiscard]] double percent() const {
    return total > 0 ? 100.0 * static_cast<double>(correct) / static_cast<double>(total) : 0;
  }
};

/// Of prepared images that are kept, 512 MiB.
constexpr std::size_t kKeptImageBytes = std::size_t{512} << 20U;

/// Images without augmentation, as batches at any resolution. Prepared batches are kept while all
/// that are kept fit into `most_bytes`, so that many subnets can be measured without decoding anew;
/// what does not fit is prepared each time. May be used from many threads.
class PreparedImages {
 public:
  PreparedImages(std::shared_ptr<const Dataset> dataset,
                 Preprocessing preprocessing,
                 std::size_t batch_size,
                 std::size_t most_bytes = kKeptImageBytes);

  [[nodiscard]] std::size_t size() const { return dataset_->size(); }
  /// The first `count` of the same images.
  [[nodiscard]] std::shared_ptr<const PreparedImages> first(std::size_t count) const;
  [[nodiscard]] std::size_t batch_count() const;
  /// Whether batches of this resolution are kept from now on.
  [[nodiscard]] bool keeps(int resolution) const;
  /// The images and labels of one batch.
  [[nodiscard]] Batch batch(std::size_t index, int resolution) const;
  /// The same batch at several resolutions; what is not kept is decoded once for all of them.
  [[nodiscard]] std::map<int, Batch> batches(std::size_t index,
                                             const std::set<int>& resolutions) const;
  /// All images of all batches at a resolution, e.g. for calibrate().
  [[nodiscard]] std::vector<at::Tensor> images(int resolution) const;

 private:
  [[nodiscard]] std::vector<Batch> load(std::size_t index,
                                        const std::vector<int>& resolutions) const;
  [[nodiscard]] std::size_t bytes_of(int resolution) const;
  // Both under the lock.
  [[nodiscard]] bool keeps_now(int resolution) const;
  [[nodiscard]] const std::vector<Batch>& kept(int resolution) const;

  std::shared_ptr<const Dataset> dataset_;
  Preprocessing preprocessing_;
  std::size_t batch_size_;
  std::size_t most_bytes_;
  mutable std::mutex mutex_;
  mutable std::map<int, std::vector<Batch>> kept_;
  mutable std::size_t kept_bytes_ = 0;
};

/// Adds one batch: `logits` [N, classes] of any device, `labels` [N] of the CPU.
void count_hits(const at::Tensor& logits, const at::Tensor& labels, Accuracy& accuracy);

/// Top-1 over all images, at the subnet's resolution, with its stored statistics. Stops early and
/// throws Error(interrupted) when an interruption is requested. Where `ranks` is not null, each of
/// them has to call this and does a part of the batches; all get the same counts, or the Error.
[[nodiscard]] Accuracy evaluate(const Subnet& subnet,
                                const PreparedImages& images,
                                const RankGroup* ranks = nullptr);

/// The same for whatever turns normalised images of a resolution into logits.
[[nodiscard]] Accuracy evaluate(const std::function<at::Tensor(const at::Tensor& images)>& logits,
                                int resolution,
                                const PreparedImages& images,
                                const RankGroup* ranks = nullptr);

}  // namespace coppice

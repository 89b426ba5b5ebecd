// Accuracy of a subnet on labelled images.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
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

/// Images without augmentation, as batches at any resolution. Prepared batches are kept while they
/// fit into 512 MiB, so that many subnets can be measured without decoding anew; larger sets are
/// prepared each time. May be used from many threads.
class PreparedImages {
 public:
  PreparedImages(std::shared_ptr<const Dataset> dataset,
                 Preprocessing preprocessing,
                 std::size_t batch_size);

  [[nodiscard]] std::size_t size() const { return dataset_->size(); }
  /// The first `count` of the same images.
  [[nodiscard]] std::shared_ptr<const PreparedImages> first(std::size_t count) const;
  [[nodiscard]] std::size_t batch_count() const;
  /// The images and labels of one batch.
  [[nodiscard]] Batch batch(std::size_t index, int resolution) const;
  /// All images of all batches at a resolution, e.g. for calibrate().
  [[nodiscard]] std::vector<at::Tensor> images(int resolution) const;

 private:
  [[nodiscard]] Batch load(std::size_t index, int resolution) const;

  std::shared_ptr<const Dataset> dataset_;
  Preprocessing preprocessing_;
  std::size_t batch_size_;
  mutable std::mutex mutex_;
  mutable std::map<int, std::vector<Batch>> kept_;
};

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

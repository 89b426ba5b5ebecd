// Several processes ("ranks") that train or measure together, on libtorch's own process groups:
// Gloo between processors, NCCL between GPUs.
//
// All ranks call the same functions in the same order; each call blocks until the others have made
// it. Sums come out the same, to the bit, on every rank, and the same for the same number of ranks.
// When a rank ends before its time, every call throws the Error that names it, and where no call
// comes, the process ends within seconds (base/rank_watch.hpp).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "supernet/base/launcher.hpp"

namespace coppice {

/// Not for use from several threads at once.
class RankGroup {
 public:
  /// Finds the others, waiting for them two minutes at most. `device` is where tensors live
  /// ("cpu", "cuda:0"). REQUIRES place.size > 1. Throws Error(usage) when the port is taken or
  /// this build cannot exchange tensors, Error when ranks stay away, and Error(interrupted).
  RankGroup(const LaunchedRank& place, const std::string& device);
  /// Without leave() before it, the others take this rank for lost.
  ~RankGroup();
  RankGroup(const RankGroup&) = delete;
  RankGroup& operator=(const RankGroup&) = delete;

  [[nodiscard]] int rank() const noexcept { return rank_; }
  [[nodiscard]] int size() const noexcept { return size_; }
  /// Whether this is rank 0, which writes files and talks to the user.
  [[nodiscard]] bool leads() const noexcept { return rank_ == 0; }

  /// Whether it is the first rank of its machine, which counts what all of a machine share.
  [[nodiscard]] bool first_on_machine() const noexcept { return local_rank_ <= 0; }

  /// Adds up the ranks' tensors, in place. All have one shape, type and device.
  void sum(const at::Tensor& tensor) const;

  /// The same, not yet waited for: nobody may touch the tensor before the returned function has
  /// been called, once.
  [[nodiscard]] std::function<void()> start_sum(const at::Tensor& tensor) const;

  /// Adds up numbers.
  [[nodiscard]] std::vector<double> sum(const std::vector<double>& values) const;

  /// Rank 0's tensor, in place.
  void broadcast(const at::Tensor& tensor) const;

  /// Throws Error naming this rank when text or tensors are not those of rank 0 to the last bit;
  /// `what` begins the message: "the options and weights of rank 1".
  void require_same(const std::string& text,
                    const std::vector<at::Tensor>& tensors,
                    const std::string& what) const;

  /// Returns when every rank has called it.
  void wait_for_all() const;

  /// What the message about a lost rank ends with: how to go on.
  void set_advice(const std::string& advice) const;

  /// Waits for all; afterwards the end of this rank is no loss to the others.
  void leave();

 private:
  struct Groups;

  int rank_;
  int size_;
  int local_rank_;
  std::unique_ptr<Groups> groups_;
};

/// The whole numbers [first, first + count) of `total` things that belong to a rank: shares
/// differ by one at most, lower ranks have the lower ones.
struct Share {
  std::int64_t first = 0;
  std::int64_t count = 0;
};
[[nodiscard]] Share share_of(std::int64_t total, int rank, int size);

}  // namespace coppice

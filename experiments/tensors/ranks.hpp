// Several processes that run one command together, as their launcher says.
#pragma once

#include <memory>
#include <string>

#include "experiments/common_options.hpp"
#include "supernet/distributed.hpp"

namespace coppice {

/// The ranks of this command, or null when this process runs it alone. `common` becomes quiet in
/// all but rank 0. Throws Error(usage) naming the environment variable that is wrong, and all of
/// RankGroup's.
[[nodiscard]] std::shared_ptr<RankGroup> join_ranks(CommonOptions& common);

/// Where this process's tensors live: of several ranks with --device cuda each has the GPU of its
/// own number on its machine. Throws Error(usage) when that is not known.
[[nodiscard]] std::string local_device(const std::string& device);

/// Throws Error(usage) when `device`, which `asked` (--device) means for this process, is a GPU
/// that a machine with so many `gpus` does not have.
void check_device(const std::string& asked, const std::string& device, int gpus);

/// Throws Error(usage) when there are several ranks, and `what` is for one process.
void require_one_process(const std::string& what);

/// Calls `work` in rank 0 before all others do: what they find on disk is then settled.
template <class Work>
auto leader_first(const std::shared_ptr<RankGroup>& ranks, Work work) -> decltype(work()) {
  if (ranks && !ranks->leads()) ranks->wait_for_all();
  auto result = work();
  if (ranks && ranks->leads()) ranks->wait_for_all();
  return result;
}

}  // namespace coppice

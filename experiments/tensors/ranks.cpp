#include "experiments/tensors/ranks.hpp"

#include <iostream>

#include "supernet/base/error.hpp"

namespace coppice {

std::shared_ptr<RankGroup> join_ranks(CommonOptions& common) {
  const LaunchedRank place = launched_rank();
  if (place.size == 1) return {};
  common.quiet = common.quiet || place.rank > 0;
  if (!common.quiet) {
    std::cerr << text(
        "waiting for the other ranks (", place.size_variable, " = ", place.size, ")\n");
  }
  return std::make_shared<RankGroup>(place, local_device(common.device));
}

std::string local_device(const std::string& device) {
  const LaunchedRank place = launched_rank();
  if (place.size == 1 || device != "cuda") return device;
  require_usage(place.local_rank >= 0,
                "LOCAL_RANK is not set; it says which GPU of its machine a rank uses; set it, or "
                "give each rank its own --device cuda:INDEX");
  return text("cuda:", place.local_rank);
}

void check_device(const std::string& asked, const std::string& device, int gpus) {
  if (device == "cpu") return;
  require_usage(
      gpus > 0, "--device = ", asked, ", but this libtorch has no CUDA, or sees no GPU; use cpu");
  const int index = device == "cuda" ? 0 : std::stoi(device.substr(device.find(':') + 1));
  require_usage(index < gpus,
                "--device = ",
                asked,
                asked == device ? "" : text(", which is ", device, " for this rank (LOCAL_RANK)"),
                ", but libtorch sees ",
                gpus,
                gpus == 1 ? " GPU here, cuda:0" : text(" GPUs here, cuda:0 to cuda:", gpus - 1),
                asked == device ? "" : "; start a rank for each, or share one: --device cuda:0");
}

void require_one_process(const std::string& what) {
  const LaunchedRank place = launched_rank();
  require_usage(place.size == 1,
                what,
                " is for one process, but ",
                place.size_variable,
                " = ",
                place.size,
                "; start it alone");
}

}  // namespace coppice

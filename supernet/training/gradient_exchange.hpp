// Adds up the gradients of several processes while the way back still goes on.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "supernet/distributed.hpp"
#include "supernet/space/layer_plan.hpp"
#include "supernet/supernet.hpp"

namespace coppice {

/// Gradients travel in buckets of about a mebibyte (Li et al., "PyTorch Distributed", VLDB 2020),
/// each as soon as its last one is complete. All processes have to train the same networks: then
/// the same parameters have gradients, and complete in the same order. A parameter that no network
/// of the step used has none before and none afterwards.
class GradientExchange {
 public:
  /// Both must outlive this object.
  GradientExchange(const std::vector<NamedTensor>& parameters, const RankGroup& ranks);

  /// The last network of a step, of this plan, begins to go back: what it does not use is complete.
  void begin(const LayerPlan& last);

  /// All gradients of this layer are complete.
  void layer_done(const std::string& layer);

  /// The way back is over. Afterwards every gradient is the sum over the processes.
  void finish();

 private:
  struct Bucket {
    std::vector<std::size_t> parameters;
    at::Tensor values;
    std::function<void()> wait;
  };

  void add(std::size_t parameter);
  void send();
  void give_back(const Bucket& bucket);

  const std::vector<NamedTensor>& parameters_;
  const RankGroup& ranks_;
  std::map<std::string, std::vector<std::size_t>> of_layer_;
  std::vector<bool> added_;  // in this step
  std::vector<std::size_t> filling_;
  std::int64_t filling_values_ = 0;
  std::vector<Bucket> under_way_;
};

}  // namespace coppice

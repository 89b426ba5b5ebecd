// The networks of one training step.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "supernet/space/piece_costs.hpp"
#include "supernet/training/shrinking.hpp"

namespace coppice {

/// Predicted quality of architectures, higher is better.
using Scores = std::function<std::vector<double>(const std::vector<Architecture>&)>;

/// A network of a step and the seed of its dropout.
struct DrawnNetwork {
  Architecture architecture;
  std::uint64_t dropout_seed = 0;
};

class NetworkSampler {
 public:
  /// `space` and `phase` must outlive this object. Throws Error when the phase samples by
  /// prediction and `scores` is empty.
  NetworkSampler(const SearchSpace& space, const Phase& phase, Scores scores);

  /// phase.subnets networks at the resolution, or at their own where the phase says so. Where the
  /// largest teaches, it comes first and the smallest second.
  [[nodiscard]] std::vector<DrawnNetwork> draw(int resolution, Random random) const;

 private:
  [[nodiscard]] int own_resolution(int position, Random& random) const;
  [[nodiscard]] Architecture draw_one(int position, int resolution, Random& random) const;
  [[nodiscard]] Architecture best_of_its_cost(int resolution, Random& random) const;

  const SearchSpace& space_;
  const Phase& phase_;
  Scores scores_;
  std::optional<PieceCosts> costs_;  // of attentive phases
};

}  // namespace coppice

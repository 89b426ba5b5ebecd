// Accuracy of many networks, found by several processes together.
#pragma once

#include <optional>
#include <vector>

#include "supernet/distributed.hpp"
#include "supernet/supernet.hpp"
#include "supernet/training/trainer.hpp"

namespace coppice {

struct SharedAccuracies {
  /// Percent, in the order of the networks; none where an interruption came first.
  std::vector<std::optional<double>> percent;
  bool interrupted = false;  ///< in any of the ranks
};

/// Every rank calls this with the same networks and does every so-manieth of them: recalibrates
/// batch norm and counts hits, as one process would, to the same bits on processors of one kind.
/// All ranks get all results.
[[nodiscard]] SharedAccuracies shared_accuracies(const Supernet& supernet,
                                                 const std::vector<Architecture>& networks,
                                                 const TrainData& images,
                                                 const RankGroup& ranks);

}  // namespace coppice

// Which changes to make together: the multiple-choice knapsack of a neighbourhood.
#pragma once

#include <cstddef>
#include <vector>

namespace coppice {

/// One change by itself. Gains and costs of several are taken to add up.
struct KnapsackItem {
  std::size_t group = 0;  ///< at most one item of a group is taken; groups stand together
  double gain = 0;        ///< finite
  double cost = 0;        ///< finite; negative where the change saves
};

struct KnapsackOptions {
  std::size_t most = 6;    ///< items taken together, at least 2
  std::size_t cells = 96;  ///< of the cost axis; finer ones keep more alternatives apart
  std::size_t kept = 12;   ///< combinations returned for each number of items
};

/// Combinations of 2 to `most` items whose costs sum to at most `budget`, those with the greatest
/// sum of gains first within each number of items; each is a list of places in `items`. Dynamic
/// programming over the groups, which keeps for each number of items and each cell of the cost
/// axis the combination with the greatest gain: costs are summed exactly, only what is kept is
/// decided by cells. When even the cheapest combination is above the budget, the budget is raised
/// to a tenth above that.
[[nodiscard]] std::vector<std::vector<std::size_t>> combine(const std::vector<KnapsackItem>& items,
                                                            double budget,
                                                            const KnapsackOptions& options = {});

}  // namespace coppice

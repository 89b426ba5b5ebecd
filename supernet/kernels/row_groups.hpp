// How rows are shared out: into groups of blocks that depend on the shape alone, so that sums have
// one order whatever the number of threads.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "supernet/kernels/run_tasks.hpp"

namespace coppice {

class RowGroups {
 public:
  /// Blocks of rows that together hold about `floats`, `floats_of_row` each.
  RowGroups(std::int64_t rows, std::int64_t floats_of_row, std::int64_t floats = 65536)
      : rows_(rows),
        block_(std::clamp<std::int64_t>(floats / floats_of_row / 8 * 8, 32, 256)),
        groups_(std::clamp<std::int64_t>(rows / 128, 1, 16)) {}

  [[nodiscard]] std::int64_t groups() const noexcept { return groups_; }
  /// The most rows of a block.
  [[nodiscard]] std::int64_t block() const noexcept { return block_; }

  /// each(first row, rows) on the blocks of a group, in order.
  template <class Each>
  void over_blocks(std::int64_t group, Each each) const {
    const std::int64_t last = rows_ * (group + 1) / groups_;
    for (std::int64_t row = rows_ * group / groups_; row < last; row += block_) {
      each(row, std::min(block_, last - row));
    }
  }

 private:
  std::int64_t rows_;
  std::int64_t block_;
  std::int64_t groups_;
};

/// body(group, totals of that group) for every group, side by side; returns totals[count] added up
/// in the order of the groups.
template <class Body>
std::vector<double> sum_groups(std::int64_t groups,
                               std::int64_t count,
                               const RunTasks& run,
                               Body body) {
  std::vector<std::vector<double>> parts(static_cast<std::size_t>(groups));
  run(groups, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t group = begin; group < end; ++group) {
      std::vector<double> totals(static_cast<std::size_t>(count));
      body(group, totals.data());
      parts[static_cast<std::size_t>(group)] = std::move(totals);
    }
  });
  std::vector<double> totals(static_cast<std::size_t>(count));
  for (const std::vector<double>& part : parts) {
    for (std::size_t i = 0; i < part.size(); ++i) totals[i] += part[i];
  }
  return totals;
}

}  // namespace coppice

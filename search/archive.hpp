// Every feasible network that no other one found so far covers, and those that once were.
#pragma once

#include <cstdint>
#include <vector>

#include "search/candidate.hpp"
#include "search/pareto.hpp"

namespace coppice {

/// A member of some generation's front: from generation `entered` until before `left` (-1: it is
/// still there). The front of any generation can be read off these two numbers.
struct ArchiveEntry {
  Candidate candidate;
  std::int64_t entered = 0;
  std::int64_t left = -1;
};

class Archive {
 public:
  explicit Archive(std::size_t objectives = 1);

  /// Takes what is feasible and not covered by the front or by another of the offered; of equal
  /// points the one that came first stays. `points` are the candidates' minimised objectives.
  /// Returns whether the front changed.
  bool offer(const std::vector<Candidate>& candidates,
             const Points& points,
             std::int64_t generation);

  /// Minimised objectives of the front, in lexicographic order.
  [[nodiscard]] const Points& points() const noexcept { return points_; }

  /// The front in the order of points().
  [[nodiscard]] std::vector<Candidate> front() const;
  [[nodiscard]] std::size_t front_size() const noexcept { return members_.size(); }
  [[nodiscard]] const Candidate& member(std::size_t i) const {
    return entries_[members_[i]].candidate;
  }

  /// All that ever were on the front, in order of entry.
  [[nodiscard]] const std::vector<ArchiveEntry>& entries() const noexcept { return entries_; }

  /// The archive that had these entries; `points` are the minimised objectives of each.
  [[nodiscard]] static Archive restore(std::vector<ArchiveEntry> entries, const Points& points);

 private:
  [[nodiscard]] bool covered_by_front(const double* point) const;
  void merge(const std::vector<std::size_t>& members,
             const Points& points,
             std::int64_t generation);

  std::vector<ArchiveEntry> entries_;
  std::vector<std::size_t> members_;  ///< places in entries_ of the front, as points_
  Points points_;
};

}  // namespace coppice

// Dominance between vectors of objectives; all objectives are minimised here.
#pragma once

#include <cstddef>
#include <vector>

namespace coppice {

/// Points of equal dimension, one after the other: point i starts at values[i * objectives].
struct Points {
  std::size_t objectives = 1;
  std::vector<double> values;

  [[nodiscard]] std::size_t size() const { return values.size() / objectives; }
  [[nodiscard]] const double* operator[](std::size_t i) const { return &values[i * objectives]; }
};

/// Nowhere worse and somewhere better.
[[nodiscard]] bool dominates(const double* a, const double* b, std::size_t objectives);

/// Nowhere worse: dominates, or is equal.
[[nodiscard]] bool covers(const double* a, const double* b, std::size_t objectives);

/// Indices of the points, best front first; equal points share a front. `violations` (empty: all
/// 0) adds the constraint domination of Deb et al., "A fast and elitist multiobjective genetic
/// algorithm: NSGA-II", 2002: a point without violation is better than any with, and of two with
/// violation the one with less is better. Within a front the order is lexicographic in the
/// objectives, then by index.
/// One and two objectives: O(N log N) (Jensen, "Reducing the run-time complexity of
/// multiobjective EAs", 2003); more: O(N^2) at worst (Zhang et al., "An efficient approach to
/// nondominated sorting", 2015). REQUIRES finite objectives where the violation is 0.
[[nodiscard]] std::vector<std::vector<std::size_t>> fronts(
    const Points& points, const std::vector<double>& violations = {});

/// Deb's crowding distance of each member of a front, in the order of `front`: the sum over the
/// objectives of the gap between its neighbours, in parts of the front's extent; infinite for the
/// first and last of an objective.
[[nodiscard]] std::vector<double> crowding_distances(const Points& points,
                                                     const std::vector<std::size_t>& front);

}  // namespace coppice

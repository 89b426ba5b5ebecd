#include "search/pareto.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace coppice {
namespace {

using Front = std::vector<std::size_t>;

/// sort_points for up to two objectives: the values beside the index keep the sort in cache.
void sort_pairs(const Points& points, std::vector<std::size_t>& order) {
  struct Key {
    double first;
    double second;
    std::size_t index;
  };
  std::vector<Key> keys;
  keys.reserve(order.size());
  const std::size_t last = points.objectives - 1;
  for (const std::size_t i : order) keys.push_back({points[i][0], points[i][last], i});
  std::sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) {
    if (a.first != b.first) return a.first < b.first;
    if (a.second != b.second) return a.second < b.second;
    return a.index < b.index;
  });
  for (std::size_t i = 0; i < keys.size(); ++i) order[i] = keys[i].index;
}

/// Lexicographic in the objectives, then by index: a total order in which no point dominates one
/// that stands before it.
void sort_points(const Points& points, std::vector<std::size_t>& order) {
  const std::size_t m = points.objectives;
  if (m <= 2) {
    sort_pairs(points, order);
    return;
  }
  std::sort(order.begin(), order.end(), [&points, m](std::size_t a, std::size_t b) {
    const double* p = points[a];
    const double* q = points[b];
    for (std::size_t i = 0; i < m; ++i) {
      if (p[i] != q[i]) return p[i] < q[i];
    }
    return a < b;
  });
}

/// Whether a member of the front dominates the point. In one and two objectives it is enough to
/// look at the last member: it has the smallest second objective of the front.
bool front_dominates(const Points& points, const Front& front, std::size_t point) {
  if (points.objectives <= 2) {
    return dominates(points[front.back()], points[point], points.objectives);
  }
  return std::any_of(front.rbegin(), front.rend(), [&](std::size_t member) {
    return dominates(points[member], points[point], points.objectives);
  });
}

/// `order` as sort_points leaves it. A point dominated by front k is dominated by every front
/// before k, so the first front that does not dominate it is found by bisection.
void append_fronts(const Points& points,
                   const std::vector<std::size_t>& order,
                   std::vector<Front>& result) {
  const auto first = static_cast<std::ptrdiff_t>(result.size());
  for (const std::size_t point : order) {
    const auto place = std::partition_point(
        result.begin() + first, result.end(), [&points, point](const Front& front) {
          return front_dominates(points, front, point);
        });
    if (place == result.end()) {
      result.push_back({point});
    } else {
      place->push_back(point);
    }
  }
}

/// Points with violations: those with equal ones share a front.
void append_violating(const std::vector<double>& violations,
                      std::vector<std::size_t> order,
                      std::vector<Front>& result) {
  std::stable_sort(order.begin(), order.end(), [&violations](std::size_t a, std::size_t b) {
    return violations[a] < violations[b];
  });
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i == 0 || violations[order[i]] != violations[order[i - 1]]) result.emplace_back();
    result.back().push_back(order[i]);
  }
}

}  // namespace

bool covers(const double* a, const double* b, std::size_t objectives) {
  for (std::size_t i = 0; i < objectives; ++i) {
    if (a[i] > b[i]) return false;
  }
  return true;
}

bool dominates(const double* a, const double* b, std::size_t objectives) {
  return covers(a, b, objectives) && !covers(b, a, objectives);
}

std::vector<std::vector<std::size_t>> fronts(const Points& points,
                                             const std::vector<double>& violations) {
  std::vector<std::size_t> feasible;
  std::vector<std::size_t> violating;
  for (std::size_t i = 0; i < points.size(); ++i) {
    (violations.empty() || violations[i] == 0 ? feasible : violating).push_back(i);
  }
  std::vector<Front> result;
  sort_points(points, feasible);
  append_fronts(points, feasible, result);
  sort_points(points, violating);
  append_violating(violations, std::move(violating), result);
  return result;
}

std::vector<double> crowding_distances(const Points& points,
                                       const std::vector<std::size_t>& front) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  std::vector<double> distances(front.size(), 0.0);
  std::vector<std::size_t> order(front.size());
  for (std::size_t objective = 0; objective < points.objectives; ++objective) {
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto value = [&](std::size_t member) { return points[front[member]][objective]; };
    const auto less = [&value](std::size_t a, std::size_t b) { return value(a) < value(b); };
    if (!std::is_sorted(order.begin(), order.end(), less)) {
      // A two-objective front comes in descending order of its second objective.
      std::reverse(order.begin(), order.end());
      if (!std::is_sorted(order.begin(), order.end(), less)) {
        std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
          return value(a) != value(b) ? value(a) < value(b) : a < b;
        });
      }
    }
    const double extent = value(order.back()) - value(order.front());
    distances[order.front()] = distances[order.back()] = infinity;
    if (!(extent > 0)) continue;
    for (std::size_t i = 1; i + 1 < order.size(); ++i) {
      distances[order[i]] += (value(order[i + 1]) - value(order[i - 1])) / extent;
    }
  }
  return distances;
}

}  // namespace coppice

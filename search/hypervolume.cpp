#include "search/hypervolume.hpp"

#include <algorithm>
#include <array>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

/// A point as distances from the reference: what counts is how far it reaches, larger is better.
using Reach = std::array<double, kMostObjectives>;

/// The area under a staircase of two-dimensional reaches, kept while points are added.
class Staircase {
 public:
  /// Adds a point and returns the area it adds.
  double add(double x, double y) {
    // Steps stand with x descending, so y ascending.
    const auto wider = [](const Step& step, double value) { return step.x >= value; };
    auto place = std::lower_bound(steps_.begin(), steps_.end(), x, wider);
    const double floor = place == steps_.begin() ? 0.0 : std::prev(place)->y;
    if (floor >= y) return 0.0;
    double gained = 0.0;
    double base = floor;
    double right = x;
    auto covered = place;
    for (; covered != steps_.end() && covered->y <= y; ++covered) {
      gained += (right - covered->x) * (y - base);
      right = covered->x;
      base = covered->y;
    }
    const double left = covered == steps_.end() ? 0.0 : covered->x;
    gained += (right - left) * (y - base);
    if (covered == place) {
      steps_.insert(place, {x, y});
    } else {
      *place = {x, y};
      steps_.erase(place + 1, covered);
    }
    return gained;
  }

  void clear() { steps_.clear(); }

 private:
  struct Step {
    double x = 0;
    double y = 0;
  };
  std::vector<Step> steps_;
};

/// Reaches sorted by `axis`, farthest first; a sweep then sees each slab's points in turn.
void sort_by(std::vector<Reach>& reaches, std::size_t axis) {
  const auto farther = [axis](const Reach& a, const Reach& b) { return a[axis] > b[axis]; };
  if (std::is_sorted(reaches.begin(), reaches.end(), farther)) return;
  std::stable_sort(reaches.begin(), reaches.end(), farther);
}

double volume2(const std::vector<Reach>& sorted_by_x) {
  double volume = 0.0;
  double height = 0.0;
  for (const Reach& reach : sorted_by_x) {
    if (reach[1] <= height) continue;
    volume += reach[0] * (reach[1] - height);
    height = reach[1];
  }
  return volume;
}

double volume3(const std::vector<Reach>& sorted_by_z, Staircase& stairs) {
  stairs.clear();
  double volume = 0.0;
  double area = 0.0;
  for (std::size_t i = 0; i < sorted_by_z.size(); ++i) {
    const Reach& reach = sorted_by_z[i];
    area += stairs.add(reach[0], reach[1]);
    const double next = i + 1 < sorted_by_z.size() ? sorted_by_z[i + 1][2] : 0.0;
    volume += area * (reach[2] - next);
  }
  return volume;
}

bool covered3(const Reach& inner, const Reach& outer) {
  return outer[0] >= inner[0] && outer[1] >= inner[1] && outer[2] >= inner[2];
}

double volume4(const std::vector<Reach>& sorted_by_w) {
  Staircase stairs;
  std::vector<Reach> seen;  // sorted by the third objective; none covers another in the first three
  double volume = 0.0;
  double slab = 0.0;
  for (std::size_t i = 0; i < sorted_by_w.size(); ++i) {
    const Reach& reach = sorted_by_w[i];
    const bool inside = std::any_of(
        seen.begin(), seen.end(), [&reach](const Reach& other) { return covered3(reach, other); });
    if (!inside) {
      seen.erase(std::remove_if(seen.begin(),
                                seen.end(),
                                [&reach](const Reach& other) { return covered3(other, reach); }),
                 seen.end());
      const auto place = std::find_if(
          seen.begin(), seen.end(), [&reach](const Reach& other) { return other[2] < reach[2]; });
      seen.insert(place, reach);
      slab = volume3(seen, stairs);
    }
    const double next = i + 1 < sorted_by_w.size() ? sorted_by_w[i + 1][3] : 0.0;
    volume += slab * (reach[3] - next);
  }
  return volume;
}

}  // namespace

double hypervolume(const Points& points, const std::vector<double>& reference) {
  const std::size_t m = points.objectives;
  require(m >= 1 && m <= kMostObjectives && reference.size() == m,
          "hypervolume of ",
          m,
          " objectives with a reference of ",
          reference.size(),
          " values; it takes 1 to ",
          kMostObjectives,
          " of both");
  std::vector<Reach> reaches;
  for (std::size_t i = 0; i < points.size(); ++i) {
    Reach reach{};
    bool inside = true;
    for (std::size_t k = 0; k < m; ++k) {
      reach[k] = reference[k] - points[i][k];
      inside = inside && reach[k] > 0;
    }
    if (inside) reaches.push_back(reach);
  }
  if (reaches.empty()) return 0.0;
  sort_by(reaches, m == 2 ? 0 : m - 1);
  if (m == 1) return reaches.front()[0];
  if (m == 2) return volume2(reaches);
  Staircase stairs;
  return m == 3 ? volume3(reaches, stairs) : volume4(reaches);
}

}  // namespace coppice

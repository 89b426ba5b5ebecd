#include "search/archive.hpp"

#include <algorithm>
#include <utility>

namespace coppice {
namespace {

/// Lexicographic; equal points keep the order in which they came.
bool before(const double* a, const double* b, std::size_t objectives) {
  return std::lexicographical_compare(a, a + objectives, b, b + objectives);
}

/// Of points in lexicographic order those that no earlier one covers. In up to two objectives it
/// is enough to compare with the last one kept: none kept has a smaller second objective.
std::vector<std::size_t> uncovered(const Points& sorted) {
  const std::size_t m = sorted.objectives;
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const auto covers_it = [&](std::size_t k) { return covers(sorted[k], sorted[i], m); };
    const bool covered = m <= 2 ? !kept.empty() && covers_it(kept.back())
                                : std::any_of(kept.rbegin(), kept.rend(), covers_it);
    if (!covered) kept.push_back(i);
  }
  return kept;
}

/// The points of `all` that none of `fresh` dominates: all that has to be looked at when `fresh`
/// joins a front, and much less than every pair.
std::vector<std::size_t> not_covered_by(const Points& all, const Points& fresh) {
  const std::size_t m = all.objectives;
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < all.size(); ++i) {
    bool covered = false;
    for (std::size_t k = 0; k < fresh.size() && !covered; ++k) {
      covered = dominates(fresh[k], all[i], m);
    }
    if (!covered) kept.push_back(i);
  }
  return kept;
}

}  // namespace

Archive::Archive(std::size_t objectives) { points_.objectives = objectives; }

bool Archive::covered_by_front(const double* point) const {
  const std::size_t m = points_.objectives;
  if (m > 2) {
    for (std::size_t i = 0; i < points_.size(); ++i) {
      if (covers(points_[i], point, m)) return true;
    }
    return false;
  }
  // The last one that is not worse in the first objective is best in the second of all those.
  std::size_t low = 0;
  std::size_t high = points_.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (points_[middle][0] <= point[0]) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low > 0 && covers(points_[low - 1], point, m);
}

bool Archive::offer(const std::vector<Candidate>& candidates,
                    const Points& points,
                    std::int64_t generation) {
  std::vector<std::size_t> fresh;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (candidates[i].feasible() && !covered_by_front(points[i])) fresh.push_back(i);
  }
  if (fresh.empty()) return false;
  const std::size_t m = points_.objectives;
  std::stable_sort(fresh.begin(), fresh.end(), [&](std::size_t a, std::size_t b) {
    return before(points[a], points[b], m);
  });
  Points sorted{m, {}};
  for (const std::size_t i : fresh) {
    sorted.values.insert(sorted.values.end(), points[i], points[i] + m);
  }
  Points entering{m, {}};
  std::vector<std::size_t> members;
  for (const std::size_t k : uncovered(sorted)) {
    members.push_back(entries_.size());
    entries_.push_back({candidates[fresh[k]], generation, -1});
    entering.values.insert(entering.values.end(), sorted[k], sorted[k] + m);
  }
  merge(members, entering, generation);
  return true;
}

void Archive::merge(const std::vector<std::size_t>& members,
                    const Points& points,
                    std::int64_t generation) {
  const std::size_t m = points_.objectives;
  Points all{m, {}};
  all.values.reserve(points_.values.size() + points.values.size());
  std::vector<std::size_t> places;
  places.reserve(members_.size() + members.size());
  std::size_t old = 0;
  for (std::size_t fresh = 0; old < points_.size() || fresh < points.size();) {
    const bool take_old =
        fresh == points.size() || (old < points_.size() && before(points_[old], points[fresh], m));
    const double* point = take_old ? points_[old] : points[fresh];
    all.values.insert(all.values.end(), point, point + m);
    places.push_back(take_old ? members_[old++] : members[fresh++]);
  }
  const std::vector<std::size_t> kept = m <= 2 ? uncovered(all) : not_covered_by(all, points);
  Points front{m, {}};
  front.values.reserve(kept.size() * m);
  std::vector<std::size_t> kept_places;
  kept_places.reserve(kept.size());
  std::size_t next = 0;
  for (const std::size_t k : kept) {
    for (; next < k; ++next) entries_[places[next]].left = generation;
    next = k + 1;
    front.values.insert(front.values.end(), all[k], all[k] + m);
    kept_places.push_back(places[k]);
  }
  for (; next < places.size(); ++next) entries_[places[next]].left = generation;
  points_ = std::move(front);
  members_ = std::move(kept_places);
}

std::vector<Candidate> Archive::front() const {
  std::vector<Candidate> candidates;
  for (const std::size_t place : members_) candidates.push_back(entries_[place].candidate);
  return candidates;
}

Archive Archive::restore(std::vector<ArchiveEntry> entries, const Points& points) {
  Archive archive(points.objectives);
  archive.entries_ = std::move(entries);
  for (std::size_t i = 0; i < archive.entries_.size(); ++i) {
    if (archive.entries_[i].left < 0) archive.members_.push_back(i);
  }
  std::sort(archive.members_.begin(), archive.members_.end(), [&](std::size_t a, std::size_t b) {
    return before(points[a], points[b], points.objectives);
  });
  for (const std::size_t i : archive.members_) {
    const double* point = points[i];
    archive.points_.values.insert(archive.points_.values.end(), point, point + points.objectives);
  }
  return archive;
}

}  // namespace coppice

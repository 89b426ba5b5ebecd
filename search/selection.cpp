#include "search/selection.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "search/pareto.hpp"

namespace coppice {
namespace {

/// Members of a front, loneliest first.
void sort_by_crowding(const Points& points, std::vector<std::size_t>& front) {
  const std::vector<double> distances = crowding_distances(points, front);
  std::vector<std::size_t> order(front.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&distances](std::size_t a, std::size_t b) {
    return distances[a] > distances[b];
  });
  for (std::size_t& place : order) place = front[place];
  front = std::move(order);
}

/// All candidates, best first.
std::vector<std::size_t> ranking(const std::vector<Candidate>& candidates,
                                 std::size_t count,
                                 const Scoring& scoring) {
  Points points{scoring.objectives(), {}};
  points.values.reserve(candidates.size() * points.objectives);
  std::vector<double> violations;
  violations.reserve(candidates.size());
  for (const Candidate& candidate : candidates) {
    scoring.append(candidate.values.data(), points);
    violations.push_back(candidate.violation);
  }
  std::vector<std::size_t> order;
  order.reserve(candidates.size());
  for (std::vector<std::size_t>& front : fronts(points, violations)) {
    const bool crowded = scoring.objectives() > 1 && order.size() < count;
    if (crowded && candidates[front.front()].feasible()) sort_by_crowding(points, front);
    order.insert(order.end(), front.begin(), front.end());
  }
  return order;
}

/// Moves those that overfill their niche behind all others.
std::vector<std::size_t> thinned(const std::vector<std::size_t>& order,
                                 const std::vector<Candidate>& candidates,
                                 const Niches& niches,
                                 std::size_t most) {
  std::map<std::vector<std::uint8_t>, std::size_t> members;
  std::vector<std::size_t> kept;
  std::vector<std::size_t> rest;
  for (const std::size_t i : order) {
    const bool room = ++members[niches.niche_of(candidates[i].architecture)] <= most;
    (room ? kept : rest).push_back(i);
  }
  kept.insert(kept.end(), rest.begin(), rest.end());
  return kept;
}

}  // namespace

Niches::Niches(const SearchSpace& space, double share) : share_(share) {
  for (std::size_t gene = 0; gene < space.genes().size(); ++gene) {
    const GeneKind kind = space.genes()[gene].kind;
    if (kind == GeneKind::depth || kind == GeneKind::resolution) genes_.push_back(gene);
  }
}

std::vector<std::uint8_t> Niches::niche_of(const Architecture& architecture) const {
  std::vector<std::uint8_t> niche;
  niche.reserve(genes_.size());
  for (const std::size_t gene : genes_) niche.push_back(architecture.genes[gene]);
  return niche;
}

std::size_t Niches::most(std::size_t count) const {
  return std::max<std::size_t>(1, static_cast<std::size_t>(share_ * static_cast<double>(count)));
}

std::vector<Candidate> select_best(std::vector<Candidate> candidates,
                                   std::size_t count,
                                   const Scoring& scoring,
                                   const Niches& niches) {
  std::vector<std::size_t> order = ranking(candidates, count, scoring);
  const std::size_t most = niches.most(count);
  if (scoring.objectives() == 1 && most < count) {
    order = thinned(order, candidates, niches, most);
  }
  order.resize(std::min(order.size(), count));
  std::vector<Candidate> selected;
  selected.reserve(order.size());
  for (const std::size_t i : order) selected.push_back(std::move(candidates[i]));
  return selected;
}

}  // namespace coppice

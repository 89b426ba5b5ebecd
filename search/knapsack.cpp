#include "search/knapsack.hpp"

#include <algorithm>
#include <cmath>

namespace coppice {
namespace {

constexpr int kNone = -1;

/// A combination as its last item and the combination before it.
struct Node {
  double gain = 0;
  double cost = 0;
  int before = kNone;
  std::size_t item = 0;
};

struct Group {
  std::vector<std::size_t> items;  ///< none of which another one beats in both gain and cost
  double cheapest = 0;             ///< at most 0: nothing needs to be taken
  double dearest = 0;
};

/// Whether `b` is at least as good as `a`; of equal items the first one counts.
bool beaten(const std::vector<KnapsackItem>& items, std::size_t a, std::size_t b) {
  const bool not_worse = items[b].gain >= items[a].gain && items[b].cost <= items[a].cost;
  const bool equal = items[b].gain == items[a].gain && items[b].cost == items[a].cost;
  return a != b && not_worse && (!equal || b < a);
}

std::vector<Group> groups_of(const std::vector<KnapsackItem>& items) {
  std::vector<Group> groups;
  for (std::size_t begin = 0; begin < items.size();) {
    std::size_t end = begin;
    while (end < items.size() && items[end].group == items[begin].group) ++end;
    Group group;
    for (std::size_t i = begin; i < end; ++i) {
      bool kept = true;
      for (std::size_t k = begin; k < end && kept; ++k) kept = !beaten(items, i, k);
      if (kept) group.items.push_back(i);
      group.cheapest = std::min(group.cheapest, items[i].cost);
      group.dearest = std::max(group.dearest, items[i].cost);
    }
    groups.push_back(std::move(group));
    begin = end;
  }
  return groups;
}

struct Span {
  double low = 0;
  double high = 0;
};

/// What `most` items can cost together.
Span span_of(const std::vector<Group>& groups, std::size_t most) {
  std::vector<double> cheapest;
  std::vector<double> dearest;
  for (const Group& group : groups) {
    cheapest.push_back(group.cheapest);
    dearest.push_back(-group.dearest);
  }
  std::sort(cheapest.begin(), cheapest.end());
  std::sort(dearest.begin(), dearest.end());
  Span span;
  for (std::size_t i = 0; i < std::min(most, groups.size()); ++i) {
    span.low += cheapest[i];
    span.high -= dearest[i];
  }
  return span;
}

/// The best combination of each number of items in each cell of the cost axis.
class Table {
 public:
  Table(Span span, const KnapsackOptions& options)
      : options_(options), low_(span.low), cells_((options.most + 1) * options.cells, kNone) {
    const double extent = span.high - span.low;
    per_cost_ = extent > 0 ? static_cast<double>(options.cells) / extent : 0.0;
    nodes_.push_back({});
    const int start = cell_of(0.0);
    if (start != kNone) cells_[static_cast<std::size_t>(start)] = 0;
  }

  /// Combinations of one item more than before; those of `taken` + 1 items are extended first, so
  /// that no group is used twice.
  void add(const Group& group, const std::vector<KnapsackItem>& items) {
    for (std::size_t taken = options_.most; taken-- > 0;) {
      for (std::size_t cell = 0; cell < options_.cells; ++cell) {
        const int node = cells_[taken * options_.cells + cell];
        if (node == kNone) continue;
        for (const std::size_t item : group.items) extend(node, taken, item, items[item]);
      }
    }
  }

  [[nodiscard]] std::vector<std::size_t> best(std::size_t taken, double budget) const {
    std::vector<std::size_t> found;
    for (std::size_t cell = 0; cell < options_.cells; ++cell) {
      const int node = cells_[taken * options_.cells + cell];
      if (node == kNone || nodes_[static_cast<std::size_t>(node)].cost > budget) continue;
      found.push_back(static_cast<std::size_t>(node));
    }
    std::stable_sort(found.begin(), found.end(), [this](std::size_t a, std::size_t b) {
      return nodes_[a].gain > nodes_[b].gain;
    });
    found.resize(std::min(found.size(), options_.kept));
    return found;
  }

  [[nodiscard]] std::vector<std::size_t> items_of(std::size_t node) const {
    std::vector<std::size_t> items;
    for (; nodes_[node].before != kNone; node = static_cast<std::size_t>(nodes_[node].before)) {
      items.push_back(nodes_[node].item);
    }
    std::reverse(items.begin(), items.end());
    return items;
  }

 private:
  [[nodiscard]] int cell_of(double cost) const {
    const double place = (cost - low_) * per_cost_;
    const bool inside = place >= 0 && place <= static_cast<double>(options_.cells);
    return inside ? static_cast<int>(std::min(place, static_cast<double>(options_.cells - 1)))
                  : kNone;
  }

  void extend(int node, std::size_t taken, std::size_t item, const KnapsackItem& by) {
    const Node& from = nodes_[static_cast<std::size_t>(node)];
    const Node next{from.gain + by.gain, from.cost + by.cost, node, item};
    const int cell = cell_of(next.cost);
    if (cell == kNone) return;
    int& place = cells_[(taken + 1) * options_.cells + static_cast<std::size_t>(cell)];
    if (place != kNone && nodes_[static_cast<std::size_t>(place)].gain >= next.gain) return;
    place = static_cast<int>(nodes_.size());
    nodes_.push_back(next);
  }

  KnapsackOptions options_;
  double low_;
  double per_cost_ = 0;
  std::vector<int> cells_;
  std::vector<Node> nodes_;
};

}  // namespace

std::vector<std::vector<std::size_t>> combine(const std::vector<KnapsackItem>& items,
                                              double budget,
                                              const KnapsackOptions& options) {
  const std::vector<Group> groups = groups_of(items);
  Span span = span_of(groups, options.most);
  if (budget < span.low) budget = 0.9 * span.low;
  // A combination may be above the budget as long as later items can still bring it back.
  span.high = std::min(span.high, budget - span.low);
  Table table(span, options);
  for (const Group& group : groups) table.add(group, items);
  std::vector<std::vector<std::size_t>> combinations;
  for (std::size_t taken = 2; taken <= options.most; ++taken) {
    for (const std::size_t node : table.best(taken, budget)) {
      combinations.push_back(table.items_of(node));
    }
  }
  return combinations;
}

}  // namespace coppice

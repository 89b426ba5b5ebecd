#include "search/operators.hpp"

#include <cmath>
#include <utility>

#include "search/objective.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

void require_probability(double value, const char* name) {
  require_usage(value >= 0 && value <= 1, name, " = ", value, ", must be in [0, 1]");
}

/// Smallest index of the stage's depth gene at which the slot's block exists.
std::uint8_t first_depth_with(const SearchSpace& space, const BlockSlot& slot) {
  Architecture probe = space.smallest();
  std::uint8_t& depth = probe.genes[static_cast<std::size_t>(space.depth_gene(slot.stage))];
  while (!space.active(probe, slot)) ++depth;
  return depth;
}

}  // namespace

void validate(const MutationOptions& options) {
  require_probability(options.block, "block_mutation");
  require_probability(options.depth, "depth_mutation");
  require_probability(options.width, "width_mutation");
  require_probability(options.resolution, "resolution_mutation");
}

std::string to_text(const MutationOptions& options) {
  return text("block_mutation=",
              shortest_text(options.block),
              " depth_mutation=",
              shortest_text(options.depth),
              " width_mutation=",
              shortest_text(options.width),
              " resolution_mutation=",
              shortest_text(options.resolution));
}

Operators::Operators(const SearchSpace& space,
                     const Choices& choices,
                     const MutationOptions& options)
    : allowed_(choices.allowed), rules_(space.genes().size()) {
  validate(options);
  const auto count = static_cast<int>(space.genes().size());
  for (int gene = 0; gene < count; ++gene) {
    const GeneKind kind = space.genes()[static_cast<std::size_t>(gene)].kind;
    if (kind == GeneKind::depth) groups_.push_back({options.depth, gene, -1, true});
    if (kind == GeneKind::width) groups_.push_back({options.width, gene});
    if (kind == GeneKind::resolution) groups_.push_back({options.resolution, gene});
  }
  for (const BlockSlot& slot : space.slots()) {
    const Rule rule{static_cast<std::size_t>(space.depth_gene(slot.stage)),
                    first_depth_with(space, slot)};
    for (const int gene : {slot.kernel_gene, slot.expand_gene}) {
      if (gene >= 0) rules_[static_cast<std::size_t>(gene)] = rule;
    }
    const bool both = slot.kernel_gene >= 0 && slot.expand_gene >= 0;
    const int one = slot.kernel_gene >= 0 ? slot.kernel_gene : slot.expand_gene;
    groups_.push_back({options.block, one, both ? slot.expand_gene : -1});
  }
}

void Operators::canonicalize(Architecture& architecture) const {
  for (std::size_t gene = 0; gene < rules_.size(); ++gene) {
    if (!in_effect(architecture, gene)) architecture.genes[gene] = 0;
  }
}

void Operators::draw(Architecture& architecture, std::size_t gene, Random& random) const {
  const auto& allowed = allowed_[gene];
  architecture.genes[gene] =
      allowed.size() == 1 ? allowed[0] : allowed[random.below(allowed.size())];
}

Architecture Operators::sample(Random& random) const {
  Architecture architecture{std::vector<std::uint8_t>(rules_.size())};
  for (std::size_t gene = 0; gene < rules_.size(); ++gene) draw(architecture, gene, random);
  canonicalize(architecture);
  return architecture;
}

Architecture Operators::sample_across_sizes(Random& random) const {
  const double lean = 2 * random.uniform() - 1;
  Architecture architecture = sample(random);
  for (std::size_t gene = 0; gene < rules_.size(); ++gene) {
    const auto& allowed = allowed_[gene];
    const bool extreme = random.uniform() < std::abs(lean);
    if (extreme) architecture.genes[gene] = lean < 0 ? allowed.front() : allowed.back();
    // A depth that grew here brings blocks that sample() left out.
    if (!extreme && architecture.genes[gene] == 0) draw(architecture, gene, random);
  }
  canonicalize(architecture);
  return architecture;
}

Architecture Operators::crossover(const Architecture& a,
                                  const Architecture& b,
                                  Random& random) const {
  Architecture child = a;
  std::uint64_t coins = 0;
  const std::size_t count = rules_.size();
  for (std::size_t gene = 0; gene < count; ++gene) {
    if (gene % 64 == 0) coins = random.next();
    // Masks instead of branches: nothing here can be predicted.
    const unsigned from_b = static_cast<unsigned>(coins & 1U) & unsigned{in_effect(b, gene)};
    coins >>= 1U;
    const unsigned only_in_b = 1U - unsigned{in_effect(a, gene)};
    const unsigned mask = 0U - (from_b | only_in_b);
    child.genes[gene] = static_cast<std::uint8_t>((a.genes[gene] & ~mask) | (b.genes[gene] & mask));
  }
  canonicalize(child);
  return child;
}

void Operators::redraw_depth(Architecture& architecture, std::size_t gene, Random& random) const {
  const std::uint8_t before = architecture.genes[gene];
  draw(architecture, gene, random);
  const std::uint8_t after = architecture.genes[gene];
  if (after == before) return;
  for (std::size_t other = 0; other < rules_.size(); ++other) {
    const Rule& rule = rules_[other];
    if (rule.depth_gene != gene) continue;
    if (rule.from > after) architecture.genes[other] = 0;
    if (rule.from > before && rule.from <= after) draw(architecture, other, random);
  }
}

void Operators::redraw(Architecture& architecture, const Group& group, Random& random) const {
  const auto first = static_cast<std::size_t>(group.first);
  if (group.is_depth) {
    redraw_depth(architecture, first, random);
    return;
  }
  if (!in_effect(architecture, first)) return;
  draw(architecture, first, random);
  if (group.second >= 0) draw(architecture, static_cast<std::size_t>(group.second), random);
}

void Operators::mutate(Architecture& architecture, Random& random) const {
  bool touched = false;
  for (const Group& group : groups_) {
    if (random.uniform() >= group.probability) continue;
    redraw(architecture, group, random);
    touched = true;
  }
  if (!touched) redraw(architecture, groups_[random.below(groups_.size())], random);
}

}  // namespace coppice

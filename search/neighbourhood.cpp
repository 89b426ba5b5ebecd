#include "search/neighbourhood.hpp"

#include <algorithm>
#include <utility>

namespace coppice {

Neighbourhood::Neighbourhood(const SearchSpace& space, const Choices& choices)
    : space_(space), allowed_(choices.allowed) {
  for (std::size_t slot = 0; slot < space.slots().size(); ++slot) {
    const int kernel = space.slots()[slot].kernel_gene;
    const int expand = space.slots()[slot].expand_gene;
    const int one = kernel >= 0 ? kernel : expand;
    if (one < 0) continue;
    const int other = expand >= 0 ? expand : kernel;
    groups_.push_back({static_cast<std::size_t>(one), static_cast<std::size_t>(other), slot});
  }
  for (std::size_t gene = 0; gene < space.genes().size(); ++gene) {
    const GeneKind kind = space.genes()[gene].kind;
    if (kind == GeneKind::depth) depth_genes_.push_back(gene);
    if (kind == GeneKind::width || kind == GeneKind::resolution) {
      groups_.push_back({gene, gene, kNoSlot});
    }
  }
}

std::vector<Move> Neighbourhood::moves(const Architecture& architecture) const {
  std::vector<Move> out;
  for (std::size_t i = 0; i < groups_.size(); ++i) add_choices(architecture, i, out);
  for (std::size_t i = 0; i < depth_genes_.size(); ++i) add_depths(architecture, i, out);
  return out;
}

void Neighbourhood::add_choices(const Architecture& architecture,
                                std::size_t index,
                                std::vector<Move>& out) const {
  const Group& group = groups_[index];
  if (group.slot != kNoSlot && !space_.active(architecture, space_.slots()[group.slot])) return;
  const std::uint8_t first_now = architecture.genes[group.first];
  const std::uint8_t second_now = architecture.genes[group.second];
  const bool pair = group.second != group.first;
  for (const std::uint8_t first : allowed_[group.first]) {
    if (!pair) {
      if (first != first_now) out.push_back({index, {{group.first, first}}});
      continue;
    }
    for (const std::uint8_t second : allowed_[group.second]) {
      if (first == first_now && second == second_now) continue;
      out.push_back({index, {{group.first, first}, {group.second, second}}});
    }
  }
}

void Neighbourhood::add_depths(const Architecture& architecture,
                               std::size_t index,
                               std::vector<Move>& out) const {
  const std::size_t gene = depth_genes_[index];
  const auto& allowed = allowed_[gene];
  const auto now = std::lower_bound(allowed.begin(), allowed.end(), architecture.genes[gene]);
  if (now != allowed.begin()) add_depth(architecture, *std::prev(now), index, out);
  if (now != allowed.end() && std::next(now) != allowed.end()) {
    add_depth(architecture, *std::next(now), index, out);
  }
}

void Neighbourhood::add_depth(const Architecture& architecture,
                              std::uint8_t depth,
                              std::size_t index,
                              std::vector<Move>& out) const {
  const std::size_t gene = depth_genes_[index];
  const std::size_t id = groups_.size() + index;
  Architecture deeper = architecture;
  deeper.genes[gene] = depth;
  std::vector<const Group*> added;
  for (const Group& group : groups_) {
    if (group.slot == kNoSlot) continue;
    const BlockSlot& slot = space_.slots()[group.slot];
    const bool fresh = space_.active(deeper, slot) && !space_.active(architecture, slot);
    if (fresh) added.push_back(&group);
  }
  if (added.empty()) {
    out.push_back({id, {{gene, depth}}});
    return;
  }
  const Group& model = *added.front();
  const bool pair = model.second != model.first;
  for (const std::uint8_t first : allowed_[model.first]) {
    for (const std::uint8_t second : allowed_[model.second]) {
      if (!pair && second != first) continue;
      Move move{id, {{gene, depth}}};
      for (const Group* group : added) {
        move.changes.push_back({group->first, first});
        if (pair) move.changes.push_back({group->second, second});
      }
      out.push_back(std::move(move));
    }
  }
}

Architecture Neighbourhood::apply(Architecture architecture,
                                  const std::vector<const Move*>& moves) const {
  for (const Move* move : moves) {
    for (const GeneChange& change : move->changes) {
      architecture.genes[change.gene] = change.choice;
    }
  }
  space_.canonicalize(architecture);
  return architecture;
}

}  // namespace coppice

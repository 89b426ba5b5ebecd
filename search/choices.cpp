#include "search/choices.hpp"

#include <algorithm>
#include <string>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

bool covers(const PredictorInfo& info, int pixels) {
  const std::vector<int>& known = info.resolutions;
  return known.empty() || std::find(known.begin(), known.end(), pixels) != known.end();
}

std::string coverage(const PredictorInfo& info) {
  std::string line = info.target + " (";
  for (std::size_t i = 0; i < info.resolutions.size(); ++i) {
    line += (i == 0 ? "" : " ") + std::to_string(info.resolutions[i]);
  }
  return line + ")";
}

/// Whether the block that a gene belongs to exists; genes of no block always count.
std::vector<bool> active_genes(const SearchSpace& space, const Architecture& architecture) {
  std::vector<bool> active(space.genes().size(), true);
  for (const BlockSlot& slot : space.slots()) {
    const bool exists = space.active(architecture, slot);
    if (slot.kernel_gene >= 0) active[static_cast<std::size_t>(slot.kernel_gene)] = exists;
    if (slot.expand_gene >= 0) active[static_cast<std::size_t>(slot.expand_gene)] = exists;
  }
  return active;
}

}  // namespace

Choices all_choices(const SearchSpace& space) {
  Choices choices;
  for (const Gene& gene : space.genes()) {
    std::vector<std::uint8_t> indices;
    for (std::size_t i = 0; i < gene.choices.size(); ++i) {
      indices.push_back(static_cast<std::uint8_t>(i));
    }
    choices.allowed.push_back(indices);
  }
  return choices;
}

Choices allowed_choices(const SearchSpace& space, const std::vector<PredictorInfo>& infos) {
  Choices choices = all_choices(space);
  const auto gene = static_cast<std::size_t>(space.resolution_gene());
  std::vector<std::uint8_t> kept;
  for (const std::uint8_t index : choices.allowed[gene]) {
    const int pixels = space.spec().resolutions[index];
    const bool covered = std::all_of(
        infos.begin(), infos.end(), [pixels](const auto& info) { return covers(info, pixels); });
    if (covered) kept.push_back(index);
  }
  std::string who;
  for (const PredictorInfo& info : infos) {
    if (!info.resolutions.empty()) who += (who.empty() ? "" : ", ") + coverage(info);
  }
  require_usage(!kept.empty(),
                "no resolution of the space ",
                space.name(),
                " is covered by every predictor: ",
                who,
                "; fit them on a common resolution");
  choices.allowed[gene] = kept;
  return choices;
}

std::vector<int> allowed_resolutions(const SearchSpace& space, const Choices& choices) {
  std::vector<int> pixels;
  for (const auto index : choices.allowed[static_cast<std::size_t>(space.resolution_gene())]) {
    pixels.push_back(space.spec().resolutions[index]);
  }
  return pixels;
}

bool allows(const SearchSpace& space, const Choices& choices, const Architecture& architecture) {
  if (!space.contains(architecture)) return false;
  const std::vector<bool> active = active_genes(space, architecture);
  for (std::size_t gene = 0; gene < active.size(); ++gene) {
    const auto& allowed = choices.allowed[gene];
    const bool found = std::binary_search(allowed.begin(), allowed.end(), architecture.genes[gene]);
    if (active[gene] && !found) return false;
  }
  return true;
}

Architecture smallest_allowed(const SearchSpace& space, const Choices& choices) {
  Architecture architecture;
  for (const auto& allowed : choices.allowed) architecture.genes.push_back(allowed.front());
  space.canonicalize(architecture);
  return architecture;
}

Architecture largest_allowed(const SearchSpace& space, const Choices& choices) {
  Architecture architecture;
  for (const auto& allowed : choices.allowed) architecture.genes.push_back(allowed.back());
  space.canonicalize(architecture);
  return architecture;
}

}  // namespace coppice

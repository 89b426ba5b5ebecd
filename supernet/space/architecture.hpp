// One network of a search space: a choice for every gene.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace coppice {

/// An index into the choices of each gene, in the order of SearchSpace::genes(). A plain value;
/// what the indices mean, and which vectors are valid, only a SearchSpace can say. Every
/// Architecture that a SearchSpace or the text form hands out is canonical: genes that have no
/// effect stand at 0, so equal networks compare equal.
struct Architecture {
  std::vector<std::uint8_t> genes;

  friend bool operator==(const Architecture& a, const Architecture& b) {
    return a.genes == b.genes;
  }
  friend bool operator!=(const Architecture& a, const Architecture& b) { return !(a == b); }
  friend bool operator<(const Architecture& a, const Architecture& b) { return a.genes < b.genes; }
};

/// FNV-1a over the genes, for unordered containers.
struct ArchitectureHash {
  [[nodiscard]] std::size_t operator()(const Architecture& architecture) const noexcept {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const std::uint8_t gene : architecture.genes) hash = (hash ^ gene) * 0x100000001b3ULL;
    return static_cast<std::size_t>(hash);
  }
};

}  // namespace coppice

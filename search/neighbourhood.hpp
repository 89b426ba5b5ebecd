// The networks one step away from a network: another choice of one group of genes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "search/choices.hpp"
#include "supernet/space/search_space.hpp"

namespace coppice {

struct GeneChange {
  std::size_t gene = 0;
  std::uint8_t choice = 0;
};

/// What one step changes. Moves of different groups can be made together, of one group cannot.
struct Move {
  std::size_t group = 0;
  std::vector<GeneChange> changes;
};

/// Immutable; may be used from many threads. Keeps no reference to its arguments.
class Neighbourhood {
 public:
  Neighbourhood(const SearchSpace& space, const Choices& choices);

  /// All moves, those of a group one after the other: every other kernel and expansion of each
  /// block that exists, every other width and resolution, and the next smaller and greater depth
  /// of each stage; blocks that a depth adds agree in kernel and expansion, and every such pair is
  /// a move of its own.
  [[nodiscard]] std::vector<Move> moves(const Architecture& architecture) const;

  /// The network after the moves, canonical.
  [[nodiscard]] Architecture apply(Architecture architecture,
                                   const std::vector<const Move*>& moves) const;

 private:
  /// One or two genes that change together: a block's kernel and expansion, a width ...
  struct Group {
    std::size_t first = 0;
    std::size_t second = 0;  ///< first again when there is only one
    std::size_t slot = 0;    ///< of a block, else kNoSlot
  };
  static constexpr std::size_t kNoSlot = static_cast<std::size_t>(-1);

  void add_choices(const Architecture& architecture,
                   std::size_t index,
                   std::vector<Move>& out) const;
  void add_depths(const Architecture& architecture,
                  std::size_t index,
                  std::vector<Move>& out) const;
  void add_depth(const Architecture& architecture,
                 std::uint8_t depth,
                 std::size_t index,
                 std::vector<Move>& out) const;

  SearchSpace space_;
  std::vector<std::vector<std::uint8_t>> allowed_;
  std::vector<Group> groups_;
  std::vector<std::size_t> depth_genes_;
};

}  // namespace coppice

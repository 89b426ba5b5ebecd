// What the pieces of a network cost, looked up instead of planned: the stem, each block and the
// head of every architecture are known once their few genes and the resolution are.
//
// A search asks for costs a million times. Planning a network takes tens of microseconds; adding
// up its pieces takes a fraction of one and gives the same numbers.
#pragma once

#include <cstddef>
#include <vector>

#include "supernet/space/cost.hpp"
#include "supernet/space/search_space.hpp"

namespace coppice {

/// For one image. All members are whole numbers that a double holds exactly.
struct PieceCost {
  double macs_depthwise = 0;  ///< multiply-accumulates of depthwise convolutions
  double macs_pointwise = 0;  ///< of 1x1 convolutions
  double macs_other = 0;      ///< of all the rest: stem, other convolutions, squeeze-excite, linear
  double params = 0;
  double activations = 0;  ///< values that convolutions, squeeze-excite and linear layers put out
  double layers = 0;       ///< convolutions, squeeze-excites (as two), linear layers
  double peak_bytes = 0;   ///< as Cost::peak_activation_bytes

  [[nodiscard]] double macs() const { return macs_depthwise + macs_pointwise + macs_other; }
  /// The three that users know.
  [[nodiscard]] Cost cost() const;
  /// Sums but for the peak, which is the larger one.
  PieceCost& operator+=(const PieceCost& other);
};

/// Immutable value; const methods may be called from many threads. Building it plans a few hundred
/// networks (milliseconds).
class PieceCosts {
 public:
  explicit PieceCosts(const SearchSpace& space);

  /// Everything before the first block, and after the last.
  [[nodiscard]] const PieceCost& stem(const Architecture& architecture) const;
  [[nodiscard]] const PieceCost& head(const Architecture& architecture) const;
  /// REQUIRES that the slot is active.
  [[nodiscard]] const PieceCost& block(const Architecture& architecture, std::size_t slot) const;

  /// Equals count_cost(plan_layers(space, architecture)).
  [[nodiscard]] PieceCost network(const Architecture& architecture) const;

 private:
  /// The joint choices of `genes` index its costs, the last gene fastest.
  struct Piece {
    std::vector<std::size_t> genes;
    std::size_t first = 0;
  };
  [[nodiscard]] std::size_t entry(const Piece& piece, const Architecture& architecture) const;
  void add_piece(const std::vector<int>& genes);
  void name_pieces(const SearchSpace& space);
  void record(const SearchSpace& space, const Architecture& architecture);

  std::vector<std::size_t> choices_;       ///< number of choices of each gene
  std::vector<int> depth_genes_;           ///< of each slot
  std::vector<std::vector<bool>> active_;  ///< [slot][choice of its depth gene]
  std::vector<Piece> pieces_;              ///< one a slot, then the stem, then the head
  std::vector<PieceCost> costs_;
};

}  // namespace coppice

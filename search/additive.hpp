// Exact answers where quantities are sums over the blocks of a network: the extremes of one, and
// the best network within a limit, computed by dynamic programming instead of searched for.
#pragma once

#include <optional>

#include "predictors/predictor.hpp"
#include "search/choices.hpp"
#include "supernet/space/search_space.hpp"

namespace coppice {

/// Whether a space's networks are what BlockSums describe: one kernel and one expansion a block and
/// a depth a stage (no elastic widths). The functions below REQUIRE it.
[[nodiscard]] bool has_additive_blocks(const SearchSpace& space);

/// The allowed network with the least (or greatest) sum. Resolutions whose `rest` is NaN are left
/// out; throws Error when no other is allowed. Sums are compared as real numbers: a last bit may be
/// lost against the order in which a predictor adds.
[[nodiscard]] Architecture additive_extreme(const SearchSpace& space,
                                            const Choices& choices,
                                            const BlockSums& sums,
                                            bool greatest);

/// An objective under one limit. Borrows its sums.
struct AdditiveProblem {
  const BlockSums* value = nullptr;
  bool maximize = false;
  const BlockSums* limited = nullptr;  ///< null: no limit
  bool at_least = false;               ///< else at most
  double bound = 0;                    ///< of the limited sum; the bound itself is allowed
};

/// The allowed network with the best value within the limit; none when there is no such network.
/// Exact multiple-choice knapsack: block after block, only those beginnings are kept that no other
/// one beats in both sums, and that the blocks ahead can still bring within the limit and above the
/// best found (Nemhauser and Ullmann, "Discrete dynamic programming and capital allocation", 1969).
/// Takes milliseconds to seconds; how many beginnings stay depends on the numbers: throws Error
/// where they fill the memory set aside for them (a few hundred megabytes), as when a limit pulls
/// against the very quantity that is optimised.
[[nodiscard]] std::optional<Architecture> best_additive(const SearchSpace& space,
                                                        const Choices& choices,
                                                        const AdditiveProblem& problem);

}  // namespace coppice

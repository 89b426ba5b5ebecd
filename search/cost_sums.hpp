// Multiply-accumulates and parameters as sums over blocks, for exact bounds and optima.
#pragma once

#include <optional>
#include <string>

#include "predictors/predictor.hpp"
#include "supernet/space/piece_costs.hpp"

namespace coppice {

/// The sums of a cost of cost_names(); none where it is not such a sum: a peak of memory, or blocks
/// that depend on widths beside their own genes (resnet spaces). Whole numbers: any order of adding
/// gives the cost to the last digit.
[[nodiscard]] std::optional<BlockSums> cost_sums(const SearchSpace& space,
                                                 const PieceCosts& pieces,
                                                 const std::string& cost);

}  // namespace coppice

// Least squares with coefficients that cannot be negative: a device has no negative power.
//
// The active-set method of Lawson and Hanson, "Solving Least Squares Problems" (1974), chapter 23.
#pragma once

#include <vector>

#include "predictors/linear_model.hpp"

namespace coppice {

/// The x >= 0 that minimises |columns x - target|, one coefficient a column. At the result the
/// conditions of Karush, Kuhn and Tucker hold to rounding: the gradient is 0 where x > 0 and does
/// not fall where x = 0. A column of zeros gets 0; of columns that say the same the first taken
/// keeps all. Columns may differ in scale by any factor. REQUIRES columns.rows == target.size().
[[nodiscard]] std::vector<double> non_negative_least_squares(const FeatureMatrix& columns,
                                                             const std::vector<double>& target);

}  // namespace coppice

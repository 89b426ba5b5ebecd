// The 90 % interval around a prediction, within what its quantity can be.
#pragma once

#include <string>

#include "predictors/estimate.hpp"

namespace coppice {

/// Whether a target is positive by nature, by its name: macs, params, or ending in _ms, _mj, _j,
/// _g, _bytes.
[[nodiscard]] bool positive_by_nature(const std::string& target);

/// Whether a target is in percent, by its name: accuracy..., top...
[[nodiscard]] bool is_percentage(const std::string& target);

/// {value - half, value, value + half}; no lower than 0 where the target is positive by nature or
/// a percentage (accuracy..., top...), no higher than 100 for the latter.
/// REQUIRES half >= 0, a PredictorInfo's interval90 that is known.
[[nodiscard]] Estimate interval90_around(const std::string& target, double value, double half);

}  // namespace coppice

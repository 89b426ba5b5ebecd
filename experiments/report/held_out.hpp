// How well predictions meet networks that were held out of the fit, one by one.
#pragma once

#include <string>
#include <vector>

#include "predictors/fitted_predictor.hpp"
#include "predictors/measurements.hpp"

namespace coppice {

struct HeldOutPoint {
  std::string architecture;  ///< a JSON line
  double measured = 0;
  double predicted = 0;  ///< by a fit without this network
};

/// What a fit has held out, with architectures as lines.
[[nodiscard]] std::vector<HeldOutPoint> shown(const SearchSpace& space,
                                              const std::vector<HeldOut>& networks);

/// For files that do not keep what was held out: fits predictors of `kind` (FitSummary::kind) to
/// four fifths of the table and predicts the last one, five times. None when there are too few
/// measurements for that.
[[nodiscard]] std::vector<HeldOutPoint> held_out_points(const SearchSpace& space,
                                                        const MeasurementTable& table,
                                                        const std::string& target,
                                                        const std::string& kind);

}  // namespace coppice

// On which scale a model sees its target: as it is, or as a logarithm.
#pragma once

#include <cmath>
#include <string>

namespace coppice {

/// The numbers are those of predictor files.
enum class TargetScale {
  plain = 0,
  logarithm = 1,       ///< ln(value), for values above 0: errors in per cent count
  error_logarithm = 2  ///< ln(100 - value), for percentages below 100: accuracy that levels off
};

[[nodiscard]] inline double to_scale(TargetScale scale, double value) {
  if (scale == TargetScale::logarithm) return std::log(value);
  if (scale == TargetScale::error_logarithm) return std::log(100 - value);
  return value;
}

/// The inverse of to_scale.
[[nodiscard]] inline double from_scale(TargetScale scale, double scaled) {
  if (scale == TargetScale::logarithm) return std::exp(scaled);
  if (scale == TargetScale::error_logarithm) return 100 - std::exp(scaled);
  return scaled;
}

/// What is said behind the name of a kind: "", " of log", " of log error".
[[nodiscard]] inline std::string scale_suffix(TargetScale scale) {
  if (scale == TargetScale::logarithm) return " of log";
  if (scale == TargetScale::error_logarithm) return " of log error";
  return "";
}

}  // namespace coppice

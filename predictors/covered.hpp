// Where a predictor may not be asked. Internal to this folder's sources.
#pragma once

#include "predictors/predictor.hpp"

namespace coppice {

/// Throws Error(usage): "latency_ms is known at 160, 176 ... pixels only, not at 128".
[[noreturn]] void throw_not_covered(const PredictorInfo& info, int pixels);

}  // namespace coppice

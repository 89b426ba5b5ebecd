// The learning rate as a pure function of the step.
#pragma once

#include <cmath>
#include <cstdint>

namespace coppice {

/// Linear from `start` to `peak` over the warm-up, then a cosine to zero (Cai et al. 2020,
/// appendix B, as the reference implements it): peak / 2 * (1 + cos(pi t / T)), t counted from
/// the end of the warm-up. REQUIRES 0 <= step < steps.
[[nodiscard]] inline double learning_rate(
    std::int64_t step, std::int64_t warmup_steps, std::int64_t steps, double start, double peak) {
  if (step < warmup_steps) {
    const double part = static_cast<double>(step + 1) / static_cast<double>(warmup_steps);
    return start + part * (peak - start);
  }
  constexpr double pi = 3.14159265358979323846;
  const double part =
      static_cast<double>(step - warmup_steps) / static_cast<double>(steps - warmup_steps);
  return 0.5 * peak * (1 + std::cos(pi * part));
}

}  // namespace coppice

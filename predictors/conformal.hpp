// Prediction intervals that assume nothing about the shape of the errors.
#pragma once

#include <cstddef>
#include <vector>

namespace coppice {

/// Half-width of the interval that covers a new value with at least the given probability when its
/// error comes from where the residuals came from: the ceil((n + 1) * coverage)-th smallest
/// |residual| of `n` (Vovk, Gammerman, Shafer 2005; out-of-fold residuals as in Barber et al.,
/// "Predictive inference with the jackknife+", 2021). `pool` has each of the n residuals any number
/// of times, by how likely it is. Negative when n is too small for the coverage: nine residuals are
/// needed for 0.9. Coverage in (0, 1). REQUIRES pool.size() >= 1 or n == 0.
[[nodiscard]] double pooled_half_width(std::vector<double> pool, std::size_t n, double coverage);

}  // namespace coppice

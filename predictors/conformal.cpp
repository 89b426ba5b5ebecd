#include "predictors/conformal.hpp"

#include <algorithm>
#include <cmath>

namespace coppice {

double conformal_half_width(std::vector<double> residuals, double coverage) {
  for (double& residual : residuals) residual = std::abs(residual);
  // A hair less, so that 0.9 * 10, which doubles round up, stays the ninth.
  constexpr double rounding = 1e-9;
  const double exact = (static_cast<double>(residuals.size()) + 1) * coverage;
  const auto rank = static_cast<std::size_t>(std::ceil(exact - rounding));
  if (rank > residuals.size() || rank == 0) return -1;
  const auto at = residuals.begin() + static_cast<std::ptrdiff_t>(rank - 1);
  std::nth_element(residuals.begin(), at, residuals.end());
  return *at;
}

}  // namespace coppice

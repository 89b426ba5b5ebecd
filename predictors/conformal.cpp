#include "predictors/conformal.hpp"

#include <algorithm>
#include <cmath>

namespace coppice {
namespace {

/// ceil((n + 1) * coverage). A hair less, so that 0.9 * 10, which doubles round up, stays the
/// ninth.
std::size_t rank_of(std::size_t n, double coverage) {
  constexpr double rounding = 1e-9;
  return static_cast<std::size_t>(std::ceil((static_cast<double>(n) + 1) * coverage - rounding));
}

}  // namespace

double pooled_half_width(std::vector<double> pool, std::size_t n, double coverage) {
  const std::size_t rank = rank_of(n, coverage);
  if (rank > n || rank == 0) return -1;
  for (double& residual : pool) residual = std::abs(residual);
  // The same share of the pool, rounded up.
  const std::size_t place = (rank * pool.size() + n - 1) / n;
  const auto at = pool.begin() + static_cast<std::ptrdiff_t>(place - 1);
  std::nth_element(pool.begin(), at, pool.end());
  return *at;
}

}  // namespace coppice

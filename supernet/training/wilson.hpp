// How sure a measured accuracy is.
#pragma once

#include <cmath>

namespace coppice {

/// Lower bound of an accuracy in percent, measured on `images` images: Wilson's score, one-sided
/// 95 % (z = 1.645; J. Am. Stat. Assoc. 22, 1927), in percent. REQUIRES images > 0.
[[nodiscard]] inline double wilson_lower_bound(double percent, double images) {
  constexpr double z2 = 1.645 * 1.645;
  const double p = percent / 100;
  const double n = images;
  const double bound =
      (p + z2 / (2 * n) - std::sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n * n)))) / (1 + z2 / n);
  return 100 * bound;
}

/// The least accuracy in percent, measured on `images` images, whose lower bound reaches `target`
/// percent: the upper bound of `target`, for Wilson's interval is the set of those that a test does
/// not reject. Above 100 where no result would do. REQUIRES images > 0.
[[nodiscard]] inline double accuracy_that_shows(double target, double images) {
  const double p = target / 100;
  return 100 * (p + 1.645 * std::sqrt(p * (1 - p) / images));
}

}  // namespace coppice

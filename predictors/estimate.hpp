// A value with its uncertainty: low, nominal, high. Energy and carbon are never printed bare.
//
// Uncertainties here are multiplicative ("10 %" or "times or divided by 2"), so they are combined
// as logarithms: for small errors that is the usual root of the sum of squared relative errors,
// and a factor of 2 alone stays exactly a factor of 2.
#pragma once

#include <cmath>

namespace coppice {

/// low <= nominal <= high, in whatever unit the holder's name says. All are >= 0.
struct Estimate {
  double low = 0;
  double nominal = 0;
  double high = 0;
};

/// A value without uncertainty.
[[nodiscard]] constexpr Estimate exactly(double value) { return {value, value, value}; }

/// A value known to within a factor: {value / factor, value, value * factor}.
/// REQUIRES factor >= 1: 1.1 is "10 %", 2 is "times or divided by 2".
[[nodiscard]] constexpr Estimate within_factor(double value, double factor) {
  return {value / factor, value, value * factor};
}

/// The same value in another unit, or so many times over.
[[nodiscard]] constexpr Estimate operator*(const Estimate& a, double k) {
  return {a.low * k, a.nominal * k, a.high * k};
}

/// Parts of one total. The bounds add up as if all parts erred together: parts of one run usually
/// share their meter, so independence would promise too much.
[[nodiscard]] constexpr Estimate operator+(const Estimate& a, const Estimate& b) {
  return {a.low + b.low, a.nominal + b.nominal, a.high + b.high};
}

/// The product of two independent values (energy and grid intensity, power and time).
[[nodiscard]] inline Estimate operator*(const Estimate& a, const Estimate& b) {
  const double nominal = a.nominal * b.nominal;
  if (nominal == 0) return {};
  const double down = std::hypot(std::log(a.nominal / a.low), std::log(b.nominal / b.low));
  const double up = std::hypot(std::log(a.high / a.nominal), std::log(b.high / b.nominal));
  return {nominal * std::exp(-down), nominal, nominal * std::exp(up)};
}

/// One-sigma factors used where nothing better is known. They are this project's choice, not
/// measurements; predictors/README.md gives the reasons.
constexpr double kCounterFactor = 1.1;        ///< a hardware energy counter (RAPL)
constexpr double kUncalibratedFactor = 2.0;   ///< data-sheet power, roofline latency
constexpr double kGridFactor = 1.1;           ///< a country's yearly average intensity
constexpr double kPueFactor = 1.1;            ///< overhead of a data centre
constexpr double kReportedHoursFactor = 2.0;  ///< GPU-hours as printed in a paper

/// What energy is multiplied by for a PUE >= 1. One of 1 is no estimate: there is no data centre.
[[nodiscard]] constexpr Estimate overhead_of(double pue) {
  return within_factor(pue, pue > 1 ? kPueFactor : 1.0);
}

}  // namespace coppice

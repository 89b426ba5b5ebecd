// Grams of CO2e in everyday terms, to stand beside the grams, never instead of them.
#pragma once

#include <string>
#include <vector>

namespace coppice {

struct CarbonEquivalent {
  double amount = 0;
  std::string what;    ///< "charges of a smartphone"
  std::string source;  ///< whose constant it is, with its year
};

/// Smartphone charges (EPA 2024: 12.4 g each) and kilometres of an average European car on the road
/// (Green Algorithms: 175 g each).
[[nodiscard]] std::vector<CarbonEquivalent> carbon_equivalents(double grams);

/// "100 smartphone charges (12.4 g each, US EPA 2024), or 7.09 km in an average European car (...)"
[[nodiscard]] std::string equivalents_text(double grams);

}  // namespace coppice

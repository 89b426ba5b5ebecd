// Names and numbers as a report shows them to people.
#pragma once

#include <string>
#include <vector>

#include "predictors/estimate.hpp"
#include "search/objective.hpp"

namespace coppice {

/// "accuracy" -> "accuracy [%]", "latency_ms" -> "latency [ms]", "macs" -> "MACs"; other names
/// stay.
[[nodiscard]] std::string quantity_label(const std::string& name);

/// The part before the unit: "accuracy", "latency".
[[nodiscard]] std::string quantity_word(const std::string& name);

/// "latency <= 25 ms", "MACs <= 4.5 million"
[[nodiscard]] std::string limit_words(const Limit& limit);

/// So many significant digits, without trailing zeros and, below 1e9, exponent; "unknown" unless
/// finite.
[[nodiscard]] std::string digits(double value, int significant);

/// Thousands of a decimal number in digits apart: "192000" -> "192,000"; anything else stays.
[[nodiscard]] std::string grouped(const std::string& number);

/// "1.2 to 3.4", thousands apart
[[nodiscard]] std::string range_words(const Estimate& estimate, int significant);

/// "45 s", "12.5 min", "3.2 h"
[[nodiscard]] std::string duration_words(double seconds);

/// A count in decimal digits, rounded: "950", "550 million", "2.2 x 10^19".
[[nodiscard]] std::string count_words(const std::string& decimal);

[[nodiscard]] std::string joined(const std::vector<std::string>& parts,
                                 const std::string& separator);

}  // namespace coppice

#include "experiments/report/labels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace coppice {
namespace {

struct NameAndUnit {
  std::string word;
  std::string unit;
};

NameAndUnit split_name(const std::string& name) {
  if (name.rfind("accuracy", 0) == 0) return {name, "%"};
  if (name == "macs") return {"MACs", ""};
  constexpr std::array<std::array<const char*, 2>, 5> kUnits{
      {{"_ms", "ms"}, {"_mj", "mJ"}, {"_g", "g"}, {"_percent", "%"}, {"_bytes", "bytes"}}};
  for (const auto& [ending, unit] : kUnits) {
    const std::string tail(ending);
    if (name.size() <= tail.size() || name.substr(name.size() - tail.size()) != tail) continue;
    return {name.substr(0, name.size() - tail.size()), unit};
  }
  return {name, ""};
}

// Counts of millions read better as such.
std::string plain_number(double value) {
  if (std::abs(value) < 1e6) return digits(value, 12);
  return digits(value / 1e6, 12) + " million";
}

}  // namespace

std::string quantity_label(const std::string& name) {
  const NameAndUnit parts = split_name(name);
  return parts.unit.empty() ? parts.word : parts.word + " [" + parts.unit + "]";
}

std::string quantity_word(const std::string& name) { return split_name(name).word; }

std::string limit_words(const Limit& limit) {
  const NameAndUnit parts = split_name(limit.name);
  return parts.word + (limit.kind == LimitKind::at_most ? " <= " : " >= ") +
         plain_number(limit.value) + (parts.unit.empty() ? "" : " " + parts.unit);
}

std::string digits(double value, int significant) {
  if (!std::isfinite(value)) return "unknown";
  std::string shortest = fmt::format("{:.{}g}", value, significant);
  if (shortest.find('e') == std::string::npos) return shortest;
  // 1.92e+06 -> 1920000, as long as people can still count the zeros.
  const double size = std::abs(value);
  return size >= 1 && size < 1e9 ? fmt::format("{:.0f}", std::stod(shortest)) : shortest;
}

std::string grouped(const std::string& number) {
  const std::size_t begin = number.rfind('-', 0) == 0 ? 1 : 0;
  const std::size_t end = std::min(number.find('.'), number.size());
  const bool decimal = number.find_first_not_of("0123456789.", begin) == std::string::npos;
  if (!decimal) return number;
  std::string result = number;
  for (std::size_t place = end; place > begin + 3;) {
    place -= 3;
    result.insert(place, ",");
  }
  return result;
}

std::string range_words(const Estimate& estimate, int significant) {
  return grouped(digits(estimate.low, significant)) + " to " +
         grouped(digits(estimate.high, significant));
}

std::string duration_words(double seconds) {
  if (seconds < 120) return digits(seconds, 3) + " s";
  if (seconds < 7200) return digits(seconds / 60, 3) + " min";
  return digits(seconds / 3600, 3) + " h";
}

std::string count_words(const std::string& decimal) {
  if (decimal.size() <= 3) return decimal;
  const double value = std::stod(decimal);
  if (decimal.size() > 15) {
    const auto power = static_cast<double>(decimal.size() - 1);
    return fmt::format("{:.1f} x 10^{:g}", value / std::pow(10.0, power), power);
  }
  constexpr std::array<const char*, 4> kNames{"thousand", "million", "billion", "trillion"};
  const std::size_t groups = (decimal.size() - 1) / 3;
  const double scaled = value / std::pow(1000.0, static_cast<double>(groups));
  return digits(scaled, scaled < 100 ? 2 : 3) + " " + kNames[groups - 1];
}

std::string joined(const std::vector<std::string>& parts, const std::string& separator) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : separator) + part;
  return out;
}

}  // namespace coppice

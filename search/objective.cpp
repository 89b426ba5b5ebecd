#include "search/objective.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

#include "supernet/base/error.hpp"
#include "supernet/base/nearest.hpp"

namespace coppice {
namespace {

std::string trimmed(const std::string& value) {
  constexpr const char* blanks = " \t";
  const std::size_t first = value.find_first_not_of(blanks);
  if (first == std::string::npos) return "";
  return value.substr(first, value.find_last_not_of(blanks) - first + 1);
}

}  // namespace

Limit parse_limit(const std::string& limit) {
  const std::size_t sign = limit.find_first_of("<>");
  const bool split = sign != std::string::npos && limit.compare(sign + 1, 1, "=") == 0;
  require_usage(split, "limit '", limit, "' must be NAME<=VALUE or NAME>=VALUE");
  Limit parsed;
  parsed.name = trimmed(limit.substr(0, sign));
  parsed.kind = limit[sign] == '<' ? LimitKind::at_most : LimitKind::at_least;
  require_usage(!parsed.name.empty(), "limit '", limit, "' has no name before the sign");
  const std::string number = trimmed(limit.substr(sign + 2));
  const char* end = number.data() + number.size();
  const auto [stop, code] = std::from_chars(number.data(), end, parsed.value);
  require_usage(code == std::errc() && stop == end && std::isfinite(parsed.value),
                "limit '",
                limit,
                "': '",
                number,
                "' is not a number");
  return parsed;
}

std::string shortest_text(double value) {
  char buffer[32];
  // Whole numbers in full: 5000000 would otherwise be 5e+06.
  const bool whole = std::floor(value) == value && std::abs(value) < 1e15;
  const auto result =
      whole ? std::to_chars(buffer, buffer + sizeof buffer, static_cast<std::int64_t>(value))
            : std::to_chars(buffer, buffer + sizeof buffer, value);
  return {buffer, result.ptr};
}

std::string to_text(const Limit& limit) {
  const char* sign = limit.kind == LimitKind::at_most ? "<=" : ">=";
  return limit.name + sign + shortest_text(limit.value);
}

double excess(const Limit& limit, double value) {
  if (std::isnan(value)) return std::numeric_limits<double>::infinity();
  const double beyond =
      limit.kind == LimitKind::at_most ? value - limit.value : limit.value - value;
  return std::max(0.0, beyond);
}

std::size_t position_of(const std::string& name, const std::vector<std::string>& names) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  std::string known;
  for (const std::string& each : names) known += (known.empty() ? "" : ", ") + each;
  require_usage(!names.empty(), "'", name, "' is not known: no predictor and no cost was named");
  throw Error(text("'",
                   name,
                   "' is not known here; known are ",
                   known,
                   "; did you mean '",
                   nearest(name, names),
                   "'?"),
              Failure::usage);
}

}  // namespace coppice

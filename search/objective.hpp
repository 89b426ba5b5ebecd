// What a search improves and what it must respect: objectives and limits, both by name.
#pragma once

#include <string>
#include <vector>

namespace coppice {

/// A quantity to improve. The name is one of Evaluator::names() and carries its unit.
struct Objective {
  std::string name;
  bool maximize = false;
};

enum class LimitKind { at_most, at_least };

/// A bound that a network must respect; the value itself is allowed.
struct Limit {
  std::string name;
  LimitKind kind = LimitKind::at_most;
  double value = 0;  ///< in the unit of the quantity; finite
};

/// Reads 'NAME<=V' or 'NAME>=V'; spaces around the parts are allowed. Throws Error(usage) that
/// quotes the text.
[[nodiscard]] Limit parse_limit(const std::string& limit);

/// The text that parse_limit reads back to the same limit: "latency_ms<=25".
[[nodiscard]] std::string to_text(const Limit& limit);

/// 0 where the value respects the limit, else its distance from it; infinite for NaN.
[[nodiscard]] double excess(const Limit& limit, double value);

/// Place of `name` in `names`. Throws Error(usage) naming the known ones and the nearest.
[[nodiscard]] std::size_t position_of(const std::string& name,
                                      const std::vector<std::string>& names);

/// The shortest decimal text that reads back to the same number; whole numbers below 1e15 in full.
[[nodiscard]] std::string shortest_text(double value);

}  // namespace coppice

#include "supernet/space/architecture_scanner.hpp"

#include <cmath>

namespace coppice {

std::vector<ArchitectureKey> architecture_keys(const SearchSpace& space) {
  const auto slots = static_cast<int>(space.slots().size());
  const auto stages = static_cast<int>(space.spec().stages.size());
  if (space.spec().family == Family::mobile) {
    return {{"ks", space.slots().front().kernel_gene, slots},
            {"e", space.slots().front().expand_gene, slots},
            {"d", space.depth_gene(0), stages},
            {"r", space.resolution_gene(), 1}};
  }
  return {{"d", 0, stages + 1},
          {"e", space.slots().front().expand_gene, slots},
          {"w", space.first_width_gene(), stages + 2},
          {"r", space.resolution_gene(), 1}};
}

/// Walks over a line; every method skips spaces first.
class ArchitectureScanner::Cursor {
 public:
  explicit Cursor(std::string_view line) : rest_(line) {}

  [[nodiscard]] bool at_end() {
    skip();
    return rest_.empty();
  }

  [[nodiscard]] bool next_is(char sign) {
    skip();
    return !rest_.empty() && rest_.front() == sign;
  }

  /// Takes `expected` when it comes next.
  [[nodiscard]] bool take(std::string_view expected) {
    skip();
    if (rest_.substr(0, expected.size()) != expected) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }

  /// A quoted name without escapes; empty when there is none.
  [[nodiscard]] std::string_view name() {
    if (!take("\"")) return {};
    const std::size_t end = rest_.find('"');
    if (end == std::string_view::npos) return {};
    const std::string_view name = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return name.find('\\') == std::string_view::npos ? name : std::string_view{};
  }

  /// Digits, perhaps with a fraction, at most kMostDigits of each; NaN when there are none, or when
  /// JSON knows no such number (01). Exact to more digits than choices have.
  [[nodiscard]] double number() {
    skip();
    const std::size_t start = rest_.size();
    double value = 0;
    const bool zero = next_is('0');
    const std::size_t digits = append_digits(value);
    if (digits == 0 || (zero && digits > 1)) return std::nan("");
    if (rest_.empty() || rest_.front() != '.') return value;
    rest_.remove_prefix(1);
    const std::size_t fraction = append_digits(value);
    if (fraction == 0 || start - rest_.size() > kMostDigits) return std::nan("");
    for (std::size_t i = 0; i < fraction; ++i) value /= 10;
    return value;
  }

 private:
  static constexpr std::size_t kMostDigits = 12;

  void skip() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) {
      rest_.remove_prefix(1);
    }
  }

  std::size_t append_digits(double& value) {
    std::size_t count = 0;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
      ++count;
    }
    return count;
  }

  std::string_view rest_;
};

ArchitectureScanner::ArchitectureScanner(const SearchSpace& space)
    : space_(space), keys_(architecture_keys(space)), largest_(space.largest()) {}

bool ArchitectureScanner::scan_value(Cursor& in,
                                     std::size_t gene,
                                     Architecture& architecture) const {
  const double value = in.number();
  const auto& choices = space_.genes()[gene].choices;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (std::abs(choices[i] - value) < 1e-9) {
      architecture.genes[gene] = static_cast<std::uint8_t>(i);
      return true;
    }
  }
  return false;
}

bool ArchitectureScanner::scan_values(Cursor& in,
                                      std::size_t key,
                                      Architecture& architecture) const {
  const auto first = static_cast<std::size_t>(keys_[key].first_gene);
  const auto count = static_cast<std::size_t>(keys_[key].count);
  const bool alone = !in.next_is('[');
  if (alone) return keys_[key].name == "r" && scan_value(in, first, architecture);
  for (std::size_t i = 0; i < count; ++i) {
    if (!in.take(i == 0 ? "[" : ",")) return false;
    if (!scan_value(in, first + i, architecture)) return false;
  }
  return in.take("]");
}

bool ArchitectureScanner::scan_member(Cursor& in,
                                      unsigned& seen,
                                      Architecture& architecture) const {
  const std::string_view name = in.name();
  if (name.empty() || !in.take(":")) return false;
  std::size_t key = 0;
  while (key < keys_.size() && keys_[key].name != name) ++key;
  if (key == keys_.size() && name != "wid") return false;
  const unsigned bit = 1U << key;
  if ((seen & bit) != 0) return false;
  seen |= bit;
  return key == keys_.size() ? in.take("null") : scan_values(in, key, architecture);
}

bool ArchitectureScanner::scan(std::string_view line, Architecture& architecture) const {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  Cursor in(line);
  architecture = largest_;
  unsigned seen = 0;
  if (!in.take("{")) return false;
  do {
    if (!scan_member(in, seen, architecture)) return false;
  } while (in.take(","));
  // Without a resolution, the last key, the largest is meant.
  const unsigned needed = (1U << (keys_.size() - 1)) - 1;
  if (!in.take("}") || !in.at_end() || (seen & needed) != needed) return false;
  space_.canonicalize(architecture);
  return true;
}

}  // namespace coppice

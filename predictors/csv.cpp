#include "predictors/csv.hpp"

#include <charconv>
#include <cmath>

#include "supernet/base/error.hpp"

namespace coppice {

std::vector<std::string> csv_fields(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back() += c;
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) line += ',';
    const bool quoted = fields[i].find_first_of(",\"\r\n") != std::string::npos;
    if (quoted) line += '"';
    for (const char c : fields[i]) {
      if (c == '"') line += '"';
      line += c == '\n' || c == '\r' ? ' ' : c;
    }
    if (quoted) line += '"';
  }
  return line;
}

double csv_number(const std::string& field, const std::string& where) {
  double number = 0;
  const char* end = field.data() + field.size();
  const auto [stop, code] = std::from_chars(field.data(), end, number);
  require(code == std::errc() && stop == end && std::isfinite(number),
          where,
          ": '",
          field,
          "' is not a number");
  return number;
}

}  // namespace coppice

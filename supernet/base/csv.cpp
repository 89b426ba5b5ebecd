#include "supernet/base/csv.hpp"

#include <charconv>
#include <cmath>
#include <utility>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

bool ends_line(char c) { return c == '\n' || c == '\r'; }

}  // namespace

CsvReader::CsvReader(std::string content, std::string origin, bool comments)
    : content_(std::move(content)), origin_(std::move(origin)), comments_(comments) {
  const std::string byte_order_mark = "\xef\xbb\xbf";
  if (content_.compare(0, byte_order_mark.size(), byte_order_mark) == 0) {
    at_ = byte_order_mark.size();
  }
}

std::optional<CsvRow> CsvReader::next() {
  pass_over();
  if (at_ >= content_.size()) return std::nullopt;
  CsvRow row;
  row.line = line_;
  row.fields.push_back(field());
  while (at_ < content_.size() && content_[at_] == ',') {
    ++at_;
    row.fields.push_back(field());
  }
  if (at_ < content_.size()) end_line();
  return row;
}

std::string CsvReader::place(const CsvRow& row) const { return text(origin_, " line ", row.line); }

// Empty lines and comments.
void CsvReader::pass_over() {
  while (at_ < content_.size()) {
    if (comments_ && content_[at_] == '#') {
      while (at_ < content_.size() && !ends_line(content_[at_])) ++at_;
    } else if (ends_line(content_[at_])) {
      end_line();
    } else {
      return;
    }
  }
}

// Ends are LF, CR LF or, as on old machines, CR.
void CsvReader::end_line() {
  if (content_.compare(at_, 2, "\r\n") != 0) ++line_;
  ++at_;
}

std::string CsvReader::field() {
  std::string value;
  if (at_ < content_.size() && content_[at_] == '"') quoted(value);
  while (at_ < content_.size() && content_[at_] != ',' && !ends_line(content_[at_])) {
    value += content_[at_++];
  }
  return value;
}

void CsvReader::quoted(std::string& value) {
  const std::size_t start = line_;
  for (++at_; at_ < content_.size(); ++at_) {
    const char c = content_[at_];
    const bool doubled = c == '"' && at_ + 1 < content_.size() && content_[at_ + 1] == '"';
    if (c == '"' && !doubled) {
      ++at_;
      return;
    }
    if (c == '\n') ++line_;
    if (doubled) ++at_;
    value += c;
  }
  throw Error(text(origin_, " line ", start, ": a quoted field is never closed"));
}

void require_header(CsvReader& reader, const std::string& header) {
  const auto row = reader.next();
  if (!row) return;
  const std::string found = csv_line(row->fields);
  require(found == header,
          reader.place(*row),
          ": the first row is '",
          found,
          "', must be '",
          header,
          "'");
}

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) line += ',';
    const bool quoted = fields[i].find_first_of(",\"\r\n") != std::string::npos;
    if (quoted) line += '"';
    for (const char c : fields[i]) {
      if (c == '"') line += '"';
      line += ends_line(c) ? ' ' : c;
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

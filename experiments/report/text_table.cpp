#include "experiments/report/text_table.hpp"

#include <algorithm>
#include <sstream>

namespace coppice {
namespace {

constexpr std::size_t kGap = 2;

std::vector<std::string> lines_of(const std::string& cell) {
  std::vector<std::string> lines;
  std::istringstream in(cell);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string padded(const std::string& line, std::size_t width, bool left) {
  const std::string space(width - line.size(), ' ');
  return left ? line + space : space + line;
}

std::string without_trailing_spaces(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

std::vector<std::size_t> column_widths(const std::vector<TextRow>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const TextRow& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      for (const auto& line : lines_of(row[i])) widths[i] = std::max(widths[i], line.size());
    }
  }
  return widths;
}

std::string row_text(const TextRow& row, const std::vector<std::size_t>& widths) {
  std::vector<std::vector<std::string>> cells;
  std::size_t height = 1;
  for (const std::string& cell : row) {
    cells.push_back(lines_of(cell));
    height = std::max(height, cells.back().size());
  }
  std::string out;
  for (std::size_t y = 0; y < height; ++y) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) line += std::string(kGap, ' ');
      line += padded(y < cells[i].size() ? cells[i][y] : "", widths[i], i == 0);
    }
    out += without_trailing_spaces(line) + "\n";
  }
  return out;
}

}  // namespace

std::string text_table(const std::vector<TextRow>& rows) {
  if (rows.empty()) return {};
  const auto widths = column_widths(rows);
  std::size_t total = kGap * (widths.size() - 1);
  for (const std::size_t width : widths) total += width;
  std::string out = row_text(rows.front(), widths) + std::string(total, '-') + "\n";
  for (std::size_t i = 1; i < rows.size(); ++i) out += row_text(rows[i], widths);
  return out;
}

std::string wrapped(const std::string& text, std::size_t width) {
  std::string out;
  std::size_t length = 0;
  std::istringstream in(text);
  for (std::string word; in >> word;) {
    const bool fits = length + 1 + word.size() <= width;
    if (!out.empty()) out += fits ? ' ' : '\n';
    length = out.empty() || !fits ? word.size() : length + 1 + word.size();
    out += word;
  }
  return out;
}

}  // namespace coppice

// Tables for a terminal. Pure.
#pragma once

#include <string>
#include <vector>

namespace coppice {

/// Lines of one row; a cell may hold several lines, separated by '\n'.
using TextRow = std::vector<std::string>;

/// Columns as wide as their longest line, two spaces apart, the first flush left, the others flush
/// right; a rule under the first row. Every row has as many cells. Cells are ASCII.
[[nodiscard]] std::string text_table(const std::vector<TextRow>& rows);

/// Breaks at spaces so that no line is longer than `width`, if its words allow it.
[[nodiscard]] std::string wrapped(const std::string& text, std::size_t width);

}  // namespace coppice

// Pieces of an HTML page: escaped text, tables, sections, the page around them. Pure.
#pragma once

#include <string>
#include <vector>

#include "predictors/estimate.hpp"

namespace coppice {

/// What every page carries near its start: it is ours, and may be replaced.
constexpr const char* kPageMark = "<meta name=\"generator\" content=\"Coppice\">";

/// Text as HTML and SVG show it: & < > " ' as entities, control characters but line breaks as
/// spaces.
[[nodiscard]] std::string escaped(const std::string& text);

/// Ready HTML; never built from text that was not escaped.
struct Html {
  std::string code;
};

/// <p>, its text escaped.
[[nodiscard]] Html paragraph(const std::string& text, const std::string& style = "");

/// A small word that says how a number is known: "measured", "modelled", "predicted" ... Its first
/// word picks the colour. Empty for an empty text.
[[nodiscard]] Html badge(const std::string& text);

/// Escaped text as a cell.
[[nodiscard]] Html cell(const std::string& text);

/// Escaped text as a cell that no line breaks: a number.
[[nodiscard]] Html number_cell(const std::string& text);

/// The value with its unit, and under it from where to where it may lie. `more` is ready HTML.
[[nodiscard]] Html estimate_cell(const Estimate& estimate,
                                 const std::string& unit,
                                 const std::string& more = "");

/// The first column names the row. On a narrow screen each row becomes a card. Headers are escaped
/// here, cells are ready.
[[nodiscard]] Html table(const std::vector<std::string>& headers,
                         const std::vector<std::vector<Html>>& rows);

/// A heading and what belongs to it.
[[nodiscard]] Html section(const std::string& heading, const std::vector<Html>& parts);

/// A part that opens at a click.
[[nodiscard]] Html details(const std::string& summary, const Html& content);

/// Text as it is, every line break kept.
[[nodiscard]] Html preformatted(const std::string& text);

/// The whole page, with its style sheet and scripts and nothing that needs a network. `data` is
/// page_data(), JSON that may stand in a <script> element.
[[nodiscard]] std::string page(const std::string& title,
                               const std::vector<Html>& parts,
                               const std::string& data);

}  // namespace coppice

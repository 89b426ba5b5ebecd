#include "experiments/report/html_page.hpp"

#include "experiments/report/svg_plot.hpp"

namespace coppice {
namespace {

constexpr const char* kStyle = R"(
:root { color-scheme: light dark; --text: #1c2024; --muted: #60666d; --back: #f6f7f8;
  --card: #ffffff; --rule: #dfe3e7; --green: #18794e; --green-back: #e2f4ea;
  --amber: #8a5a00; --amber-back: #fdf0d3; --blue: #0b5cad; --blue-back: #e3effb; }
@media (prefers-color-scheme: dark) { :root { --text: #e8eaed; --muted: #a0a6ad; --back: #131518;
  --card: #1c1f23; --rule: #343a40; --green: #6fd6a4; --green-back: #143524;
  --amber: #f0bf63; --amber-back: #3a2c0c; --blue: #83bcf5; --blue-back: #12304e; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 66rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: .5rem 0; }
h2 { font-size: 1.2rem; margin: 0 0 .6rem; }
p { margin: .5rem 0; max-width: 48rem; }
p.muted, .muted { color: var(--muted); font-size: .88rem; }
p.lead { font-size: 1.08rem; }
section { background: var(--card); border: 1px solid var(--rule); border-radius: 10px;
  padding: 1.1rem 1.2rem; margin: 1.1rem 0; }
table { border-collapse: collapse; width: 100%; margin: .6rem 0; font-size: .93rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem .7rem .5rem 0;
  border-bottom: 1px solid var(--rule); font-variant-numeric: tabular-nums;
  overflow-wrap: anywhere; }
th { color: var(--muted); font-weight: 600; font-size: .84rem; }
tbody tr:last-child td { border-bottom: 0; }
.value { font-size: 1.12rem; font-weight: 600; white-space: nowrap; }
.range { display: block; color: var(--muted); font-size: .84rem; }
.badge { display: inline-block; border-radius: 5px; padding: 0 .4rem; font-size: .76rem;
  background: var(--rule); color: var(--text); }
.badge.measured { background: var(--green-back); color: var(--green); }
.badge.modelled { background: var(--amber-back); color: var(--amber); }
.badge.predicted { background: var(--blue-back); color: var(--blue); }
.bar { display: block; height: .5rem; min-width: 2px; border-radius: 3px;
  background: var(--blue); margin-top: .35rem; }
details { margin: .6rem 0; }
summary { cursor: pointer; color: var(--blue); }
pre { overflow-x: auto; background: var(--back); border: 1px solid var(--rule);
  border-radius: 6px; padding: .7rem; font-size: .82rem; line-height: 1.4; }
code { overflow-wrap: anywhere; font-size: .82rem; }
svg.plot { display: block; width: 100%; height: auto; max-width: 48rem; margin: .6rem 0; }
.picture { overflow-x: auto; }
@media (max-width: 46rem) {
  svg.plot { min-width: 34rem; }
  thead { display: none; }
  table, tbody, tr, td { display: block; width: 100%; }
  tr { border: 1px solid var(--rule); border-radius: 8px; padding: .3rem .8rem; margin: .7rem 0; }
  td { display: flex; justify-content: space-between; gap: 1rem; padding: .4rem 0; }
  td > span.in { text-align: right; }
  td::before { content: attr(data-label); color: var(--muted); font-size: .84rem; flex: none;
    max-width: 45%; }
  td:first-child { font-weight: 600; }
}
@media print { body { background: #fff; } section { break-inside: avoid; } }
)";

}  // namespace

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default: {
        const bool control = (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f;
        out += control ? ' ' : c;
      }
    }
  }
  return out;
}

Html paragraph(const std::string& text, const std::string& style) {
  const std::string kind = style.empty() ? "" : " class=\"" + escaped(style) + "\"";
  return {"<p" + kind + ">" + escaped(text) + "</p>\n"};
}

Html badge(const std::string& text) {
  if (text.empty()) return {};
  const std::string kind = text.substr(0, text.find(' '));
  return {"<span class=\"badge " + escaped(kind) + "\">" + escaped(text) + "</span>"};
}

Html cell(const std::string& text) { return {escaped(text)}; }

Html table(const std::vector<std::string>& headers, const std::vector<std::vector<Html>>& rows) {
  std::string out = "<table>\n<thead><tr>";
  for (const std::string& header : headers) out += "<th>" + escaped(header) + "</th>";
  out += "</tr></thead>\n<tbody>\n";
  for (const auto& row : rows) {
    out += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += "<td data-label=\"" + escaped(headers[i]) + "\"><span class=\"in\">" + row[i].code +
             "</span></td>";
    }
    out += "</tr>\n";
  }
  return {out + "</tbody>\n</table>\n"};
}

Html section(const std::string& heading, const std::vector<Html>& parts) {
  std::string out = "<section>\n<h2>" + escaped(heading) + "</h2>\n";
  for (const Html& part : parts) out += part.code;
  return {out + "</section>\n"};
}

Html details(const std::string& summary, const Html& content) {
  return {"<details><summary>" + escaped(summary) + "</summary>\n" + content.code + "</details>\n"};
}

Html preformatted(const std::string& text) { return {"<pre>" + escaped(text) + "</pre>\n"}; }

Html picture(const std::string& svg) { return {"<div class=\"picture\">\n" + svg + "</div>\n"}; }

std::string page(const std::string& title, const std::vector<Html>& parts) {
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>" +
      escaped(title) + "</title>\n<style>" + kStyle + plot_style() +
      "</style>\n</head>\n<body>\n<main>\n";
  for (const Html& part : parts) out += part.code;
  return out + "</main>\n</body>\n</html>\n";
}

}  // namespace coppice

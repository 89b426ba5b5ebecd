#include "experiments/report/html_page.hpp"

#include <string_view>

#include "experiments/report/labels.hpp"
#include "experiments/report/svg_plot.hpp"
#include "experiments/report/vega_plot.hpp"

namespace coppice {

std::string_view page_style_css();
std::string_view print_style_css();
std::string_view page_script_js();

namespace {

// Nothing may be fetched, whatever a file of the run says.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";

std::string style() {
  return std::string(page_style_css()) + plot_style() + std::string(print_style_css());
}

std::string script(const std::string& code) {
  return code.empty() ? "" : "<script>\n" + code + "</script>\n";
}

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

Html number_cell(const std::string& text) {
  return {"<span class=\"number\">" + escaped(text) + "</span>"};
}

Html estimate_cell(const Estimate& estimate, const std::string& unit, const std::string& more) {
  return {"<span class=\"value\">" + escaped(grouped(digits(estimate.nominal, 4)) + " " + unit) +
          "</span><span class=\"range\">" + escaped(range_words(estimate, 3)) + "</span>" + more};
}

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

std::string page(const std::string& title,
                 const std::vector<Html>& parts,
                 const std::string& data) {
  std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n" +
                    std::string(kPageMark) +
                    "\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                    "<meta name=\"color-scheme\" content=\"light dark\">\n"
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"" +
                    std::string(kPolicy) + "\">\n<title>" + escaped(title) + "</title>\n<style>" +
                    style() + "</style>\n</head>\n<body>\n<main>\n";
  for (const Html& part : parts) out += part.code;
  return out + "</main>\n<script type=\"application/json\" id=\"page-data\">" + data +
         "</script>\n" + script(vega_script()) + script(std::string(page_script_js())) +
         "</body>\n</html>\n";
}

}  // namespace coppice

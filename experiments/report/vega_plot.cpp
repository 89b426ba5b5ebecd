#include "experiments/report/vega_plot.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "experiments/report/svg_plot.hpp"

namespace coppice {

std::string_view vega_bundle();

namespace {

using Json = nlohmann::ordered_json;

constexpr int kHeight = 320;

std::string colour_of(const PlotSeries& series) {
  return "var(--c" + std::to_string(series.colour) + ")";
}

const char* shape_of(Mark mark) { return mark == Mark::diamond ? "diamond" : "circle"; }

int size_of(Mark mark) {
  if (mark == Mark::diamond) return 150;
  return mark == Mark::ring ? 110 : 42;
}

Json domain_of(const Plot& plot, double PlotPoint::*coordinate) {
  double low = 0;
  double high = 0;
  bool any = false;
  for (const PlotSeries& series : plot.series) {
    for (const PlotPoint& point : series.points) {
      if (!can_draw(plot, point)) continue;
      const double at = point.*coordinate;
      const bool barred = point.bar && coordinate == &PlotPoint::y;
      const auto [from, to] = barred ? *point.bar : std::pair(at, at);
      low = any ? std::min(low, from) : from;
      high = any ? std::max(high, to) : to;
      any = true;
    }
  }
  if (!any) return {0, 1};
  const auto round = plot.logarithmic ? powers_of_ten(low, high, 8) : ticks(low, high, 8);
  return {round.front(), round.back()};
}

Json data_of(const Plot& plot, const PlotSeries& series, const std::string& name) {
  Json values = Json::array();
  for (const PlotPoint& point : series.points) {
    if (!can_draw(plot, point)) continue;
    Json value{{"x", point.x}, {"y", point.y}};
    if (!point.hint.empty()) value["hint"] = point.hint;
    if (!point.label.empty()) value["label"] = point.label;
    if (!point.network.empty()) value["network"] = point.network;
    if (point.bar) {
      value["low"] = point.bar->first;
      value["high"] = point.bar->second;
    }
    values.push_back(std::move(value));
  }
  return {{"name", name}, {"values", std::move(values)}};
}

Json place_of() {
  return {{"x", {{"scale", "x"}, {"field", "x"}}}, {"y", {{"scale", "y"}, {"field", "y"}}}};
}

Json line_mark(const PlotSeries& series, const std::string& data) {
  Json encode = place_of();
  encode["stroke"] = {{"value", colour_of(series)}};
  encode["strokeWidth"] = {{"value", 2}};
  return {{"type", "line"},
          {"clip", true},
          {"interactive", false},
          {"from", {{"data", data}}},
          {"encode", {{"update", encode}}}};
}

Json bar_mark(const PlotSeries& series, const std::string& data) {
  const Json encode{{"x", {{"scale", "x"}, {"field", "x"}}},
                    {"y", {{"scale", "y"}, {"field", "low"}}},
                    {"y2", {{"scale", "y"}, {"field", "high"}}},
                    {"stroke", {{"value", colour_of(series)}}},
                    {"strokeWidth", {{"value", 2}}}};
  return {{"type", "rule"},
          {"clip", true},
          {"interactive", false},
          {"from", {{"data", data}}},
          {"encode", {{"update", encode}}}};
}

Json symbol_mark(const PlotSeries& series, const std::string& data) {
  const bool ring = series.mark == Mark::ring;
  const bool invisible = series.mark == Mark::line;  // there for hints only
  Json encode = place_of();
  encode["shape"] = {{"value", shape_of(series.mark)}};
  encode["size"] = {{"value", size_of(series.mark)}};
  encode["fill"] = {{"value", ring ? "var(--paper)" : colour_of(series)}};
  encode["stroke"] = {{"value", ring ? colour_of(series) : "var(--paper)"}};
  encode["strokeWidth"] = {{"value", ring ? 2.5 : 0.75}};
  encode["opacity"] = {{"value", invisible ? 0 : 1}};
  encode["tooltip"] = {{"field", "hint"}};
  encode["cursor"] =
      Json::array({{{"test", "datum.network"}, {"value", "pointer"}}, {{"value", "default"}}});
  return {{"type", "symbol"},
          {"name", "points_" + data},
          {"clip", true},
          {"from", {{"data", data}}},
          {"encode",
           {{"update", encode},
            {"hover",
             {{"size", {{"value", 2 * size_of(series.mark)}}}, {"opacity", {{"value", 1}}}}}}}};
}

// Vega places the labels so that they cover neither each other nor a mark.
Json label_mark(const std::string& data, const std::vector<std::string>& avoided) {
  Json encode{{"text", {{"field", "datum.label"}}},
              {"fill", {{"value", "var(--ink)"}}},
              {"fontSize", {{"value", 12}}},
              {"fontWeight", {{"value", "600"}}}};
  Json transform{{"type", "label"},
                 {"size", {{{"signal", "width"}}, {{"signal", "height"}}}},
                 {"anchor", {"top-left", "left", "top", "bottom-right", "right", "bottom"}},
                 {"offset", {6, 9, 14, 22}},
                 {"avoidMarks", avoided},
                 {"padding", 0}};
  return {{"type", "text"},
          {"interactive", false},
          {"from", {{"data", "points_" + data}}},
          {"encode", {{"enter", encode}}},
          {"transform", Json::array({transform})}};
}

Json guide_marks(const Plot& plot) {
  const Json x{{"scale", "x"}, {"field", "x"}};
  Json rule{{"x", x},
            {"y", {{"value", 0}}},
            {"y2", {{"signal", "height"}}},
            {"stroke", {{"value", "var(--soft)"}}},
            {"strokeDash", {{"value", {3, 4}}}}};
  Json text{{"x", {{"scale", "x"}, {"field", "x"}, {"offset", -4}}},
            {"y", {{"signal", "height - 5"}}},
            {"angle", {{"value", -90}}},
            {"text", {{"field", "name"}}},
            {"fill", {{"value", "var(--soft)"}}},
            {"fontSize", {{"value", 11}}}};
  const auto mark = [](const char* type, Json encode) {
    return Json{{"type", type},
                {"clip", true},
                {"interactive", false},
                {"from", {{"data", "guides"}}},
                {"encode", {{"update", std::move(encode)}}}};
  };
  return plot.guides.empty() ? Json::array()
                             : Json::array({mark("rule", rule), mark("text", text)});
}

Json axis(const char* orient, const char* scale, const std::string& title) {
  return {{"orient", orient},
          {"scale", scale},
          {"title", title},
          {"grid", true},
          {"tickCount", 7},
          {"labelOverlap", "greedy"},
          {"domainColor", "var(--soft)"},
          {"tickColor", "var(--soft)"},
          {"gridColor", "var(--rules)"},
          {"labelColor", "var(--soft)"},
          {"titleColor", "var(--ink)"}};
}

Json legend_of(const Plot& plot, Json& scales) {
  Json names = Json::array();
  Json fills = Json::array();
  Json strokes = Json::array();
  Json shapes = Json::array();
  for (const PlotSeries& series : plot.series) {
    if (series.name.empty()) continue;
    names.push_back(series.name);
    fills.push_back(series.mark == Mark::ring ? "var(--paper)" : colour_of(series));
    strokes.push_back(colour_of(series));
    shapes.push_back(series.mark == Mark::line ? "stroke" : shape_of(series.mark));
  }
  if (names.empty()) return Json::array();
  const auto scale = [&](const char* name, Json range) {
    scales.push_back(
        {{"name", name}, {"type", "ordinal"}, {"domain", names}, {"range", std::move(range)}});
  };
  scale("fills", fills);
  scale("strokes", strokes);
  scale("shapes", shapes);
  return Json::array({{{"orient", "bottom"},
                       {"direction", "vertical"},
                       {"columns", {{"signal", "width < 480 ? 1 : 2"}}},
                       {"labelLimit", 400},
                       {"fill", "fills"},
                       {"stroke", "strokes"},
                       {"shape", "shapes"},
                       {"labelColor", "var(--ink)"}}});
}

Json signal(const char* name, Json value) { return {{"name", name}, {"value", std::move(value)}}; }

Json position_scale(const Plot& plot, const char* name, const char* domain, const char* range) {
  return {{"name", name},
          {"type", plot.logarithmic ? "log" : "linear"},
          {"domain", {{"signal", domain}}},
          {"range", range},
          {"zero", false},
          {"nice", false}};
}

std::string series_name(std::size_t index) { return "s" + std::to_string(index); }

Json data_sets(const Plot& plot) {
  Json data = Json::array();
  for (std::size_t i = 0; i < plot.series.size(); ++i) {
    data.push_back(data_of(plot, plot.series[i], series_name(i)));
  }
  Json guides = Json::array();
  for (const PlotGuide& guide : plot.guides) {
    guides.push_back({{"x", guide.x}, {"name", guide.name}});
  }
  data.push_back({{"name", "guides"}, {"values", std::move(guides)}});
  return data;
}

// Guides, then all lines, then all symbols, then the labels: what is drawn later covers what was
// drawn before.
Json marks_of(const Plot& plot) {
  Json lines = Json::array();
  Json symbols = Json::array();
  std::vector<std::string> labelled;
  std::vector<std::string> avoided;
  for (std::size_t i = 0; i < plot.series.size(); ++i) {
    const PlotSeries& series = plot.series[i];
    const std::string name = series_name(i);
    const auto any = [&series](const auto& is) {
      return std::any_of(series.points.begin(), series.points.end(), is);
    };
    if (series.connected || series.mark == Mark::line) lines.push_back(line_mark(series, name));
    if (any([](const PlotPoint& point) { return point.bar.has_value(); })) {
      lines.push_back(bar_mark(series, name));
    }
    symbols.push_back(symbol_mark(series, name));
    if (any([](const PlotPoint& point) { return !point.label.empty(); })) labelled.push_back(name);
    if (series.points.size() < 100) avoided.push_back("points_" + name);
  }
  Json marks = guide_marks(plot);
  for (Json& mark : lines) marks.push_back(std::move(mark));
  for (Json& mark : symbols) marks.push_back(std::move(mark));
  for (const std::string& name : labelled) marks.push_back(label_mark(name, avoided));
  return marks;
}

}  // namespace

std::string vega_spec(const Plot& plot) {
  Json scales = Json::array(
      {position_scale(plot, "x", "xdom", "width"), position_scale(plot, "y", "ydom", "height")});
  Json legends = legend_of(plot, scales);
  const Json spec{
      {"description", plot.title},
      {"width", 640},
      {"height", kHeight},
      {"autosize", {{"type", "fit-x"}, {"contains", "padding"}}},
      {"usermeta", {{"logarithmic", plot.logarithmic}}},
      {"signals",
       Json::array({signal("xdom", domain_of(plot, &PlotPoint::x)),
                    signal("ydom", domain_of(plot, &PlotPoint::y))})},
      {"data", data_sets(plot)},
      {"scales", std::move(scales)},
      {"axes", Json::array({axis("bottom", "x", plot.x_label), axis("left", "y", plot.y_label)})},
      {"legends", std::move(legends)},
      {"marks", marks_of(plot)}};
  return safe_in_script(spec.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::string vega_script() { return std::string(vega_bundle()); }

std::string safe_in_script(const std::string& json) {
  std::string out;
  for (const char c : json) {
    switch (c) {
      case '<':
        out += "\\u003c";
        break;
      case '>':
        out += "\\u003e";
        break;
      case '&':
        out += "\\u0026";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace coppice

#include "experiments/report/svg_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "experiments/report/html_page.hpp"
#include "experiments/report/label_places.hpp"

namespace coppice {
namespace {

constexpr double kWidth = 760;
constexpr double kHeight = 440;
constexpr double kLeft = 72;
constexpr double kRight = 24;
constexpr double kTop = 52;
constexpr double kBottom = 96;  // ticks, axis label, legend
constexpr double kCharacter = 7.2;

struct Axis {
  std::vector<double> ticks;
  double low = 0;
  double high = 1;
  double from = 0;  // in the picture
  double to = 1;
  bool logarithmic = false;

  [[nodiscard]] double place(double value) const {
    const double share =
        logarithmic ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
    return from + share * (to - from);
  }
  [[nodiscard]] std::string words(double tick) const {
    return logarithmic ? fmt::format("{:g}", tick) : tick_text(tick, ticks[1] - ticks[0]);
  }
};

struct Span {
  double low = 0;
  double high = 0;
};

Axis make_axis(const Span& span, bool logarithmic, double from, double to) {
  constexpr int kTicks = 7;
  Axis axis;
  axis.logarithmic = logarithmic;
  axis.ticks =
      logarithmic ? powers_of_ten(span.low, span.high, kTicks) : ticks(span.low, span.high, kTicks);
  axis.low = axis.ticks.front();
  axis.high = axis.ticks.back();
  axis.from = from;
  axis.to = to;
  return axis;
}

struct Frame {
  Axis x;
  Axis y;
};

// False when there is nothing to draw.
bool make_frame(const Plot& plot, Frame& frame) {
  bool any = false;
  Span x;
  Span y;
  for (const PlotSeries& series : plot.series) {
    for (const PlotPoint& point : series.points) {
      if (!can_draw(plot, point)) continue;
      x.low = any ? std::min(x.low, point.x) : point.x;
      x.high = any ? std::max(x.high, point.x) : point.x;
      const auto [low, high] = point.bar.value_or(std::pair(point.y, point.y));
      y.low = any ? std::min(y.low, low) : low;
      y.high = any ? std::max(y.high, high) : high;
      any = true;
    }
  }
  if (!any) return false;
  frame.x = make_axis(x, plot.logarithmic, kLeft, kWidth - kRight);
  frame.y = make_axis(y, plot.logarithmic, kHeight - kBottom, kTop);
  return true;
}

std::string words(double x, double y, const std::string& attributes, const std::string& text) {
  return fmt::format(
      "<text x=\"{:.1f}\" y=\"{:.1f}\" {}>{}</text>\n", x, y, attributes, escaped(text));
}

std::string grid_line(double x1, double y1, double x2, double y2, const char* style) {
  return fmt::format(
      "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" class=\"{}\"/>\n",
      x1,
      y1,
      x2,
      y2,
      style);
}

std::string axes(const Plot& plot, const Frame& frame) {
  std::string out;
  const double bottom = frame.y.from;
  for (const double tick : frame.x.ticks) {
    const double x = frame.x.place(tick);
    out += grid_line(x, kTop, x, bottom, "grid");
    out += words(x, bottom + 18, "class=\"tick middle\"", frame.x.words(tick));
  }
  for (const double tick : frame.y.ticks) {
    const double y = frame.y.place(tick);
    out += grid_line(kLeft, y, kWidth - kRight, y, "grid");
    out += words(kLeft - 8, y + 4, "class=\"tick end\"", frame.y.words(tick));
  }
  out += grid_line(kLeft, bottom, kWidth - kRight, bottom, "axis");
  out += grid_line(kLeft, kTop, kLeft, bottom, "axis");
  out += words((kLeft + kWidth - kRight) / 2, bottom + 40, "class=\"middle\"", plot.x_label);
  const double middle = (kTop + bottom) / 2;
  const std::string turned =
      fmt::format("class=\"middle\" transform=\"rotate(-90 18 {:.1f})\"", middle);
  return out + words(18, middle, turned, plot.y_label);
}

std::string guides(const Plot& plot, const Frame& frame) {
  std::string out;
  for (const PlotGuide& guide : plot.guides) {
    if (!std::isfinite(guide.x) || guide.x < frame.x.low || guide.x > frame.x.high) continue;
    const double x = frame.x.place(guide.x);
    out += grid_line(x, kTop, x, frame.y.from, "guide");
    const double bottom = frame.y.from - 6;
    const std::string turned =
        fmt::format("class=\"tick name\" transform=\"rotate(-90 {:.1f} {:.1f})\"", x - 5, bottom);
    out += words(x - 5, bottom, turned, guide.name);
  }
  return out;
}

std::string mark_shape(Mark mark, double x, double y, int colour) {
  if (mark == Mark::diamond) {
    return fmt::format(
        "<path d=\"M{:.1f} {:.1f}l7 7l-7 7l-7 -7z\" class=\"fill{} halo\"", x, y - 7, colour);
  }
  if (mark == Mark::ring) {
    return fmt::format(
        "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"6\" class=\"ring{}\"", x, y, colour);
  }
  return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" class=\"fill{}\"", x, y, colour);
}

std::string shape(Mark mark, double x, double y, int colour, const std::string& hint) {
  const std::string start = mark_shape(mark, x, y, colour);
  if (hint.empty()) return start + "/>\n";
  const char* element = mark == Mark::diamond ? "path" : "circle";
  return start + "><title>" + escaped(hint) + "</title></" + element + ">\n";
}

// A vertical line with short ends.
std::string bar_shape(const std::pair<double, double>& bar, double x, int colour, const Axis& y) {
  constexpr double kHalf = 4;
  const double low = y.place(bar.first);
  const double high = y.place(bar.second);
  return fmt::format(
      "<path d=\"M{0:.1f} {1:.1f}V{2:.1f}M{3:.1f} {1:.1f}h{4:g}M{3:.1f} {2:.1f}h{4:g}\" "
      "class=\"line{5}\" fill=\"none\" stroke-width=\"2\"/>\n",
      x,
      low,
      high,
      x - kHalf,
      2 * kHalf,
      colour);
}

std::string draw(const Plot& plot, const PlotSeries& series, const Frame& frame) {
  std::string line;
  std::string marks;
  for (const PlotPoint& point : series.points) {
    if (!can_draw(plot, point)) continue;
    const double x = frame.x.place(point.x);
    const double y = frame.y.place(point.y);
    line += fmt::format("{}{:.1f},{:.1f}", line.empty() ? "" : " ", x, y);
    if (point.bar) marks += bar_shape(*point.bar, x, series.colour, frame.y);
    if (series.mark != Mark::line) marks += shape(series.mark, x, y, series.colour, point.hint);
  }
  if (!series.connected && series.mark != Mark::line) return marks;
  return fmt::format("<polyline points=\"{}\" class=\"line{}\"/>\n", line, series.colour) + marks;
}

// Above all marks.
std::string labels(const Plot& plot, const Frame& frame) {
  std::vector<WantedLabel> wanted;
  std::vector<const std::string*> texts;
  for (const PlotSeries& series : plot.series) {
    for (const PlotPoint& point : series.points) {
      if (point.label.empty() || !can_draw(plot, point)) continue;
      wanted.push_back({frame.x.place(point.x),
                        frame.y.place(point.y),
                        kCharacter * static_cast<double>(point.label.size())});
      texts.push_back(&point.label);
    }
  }
  const auto places = place_labels(wanted, {kLeft, kWidth, kTop, frame.y.from});
  std::string out;
  for (std::size_t i = 0; i < places.size(); ++i) {
    out += words(places[i].x,
                 places[i].y,
                 places[i].end ? "class=\"label end\"" : "class=\"label\"",
                 *texts[i]);
  }
  return out;
}

struct Legend {
  std::string shapes;
  double height = 0;  // of the picture that has room for it
};

Legend make_legend(const Plot& plot) {
  constexpr double kRow = 20;
  std::string out;
  double x = kLeft;
  double y = kHeight - 32;
  for (const PlotSeries& series : plot.series) {
    if (series.name.empty()) continue;
    const double width = 28 + kCharacter * static_cast<double>(series.name.size());
    if (x > kLeft && x + width > kWidth) {
      x = kLeft;
      y += kRow;
    }
    if (series.connected || series.mark == Mark::line) {
      out += fmt::format("<polyline points=\"{:.1f},{:.1f} {:.1f},{:.1f}\" class=\"line{}\"/>\n",
                         x - 8,
                         y - 4,
                         x + 8,
                         y - 4,
                         series.colour);
    }
    if (series.mark != Mark::line) out += shape(series.mark, x, y - 4, series.colour, "");
    out += words(x + 14, y, "class=\"legend\"", series.name);
    x += width + 12;
  }
  // Two rows have room in every picture.
  return {out, std::max(kHeight, y + kRow - 8)};
}

// The rules of a picture; `value` spells a colour.
template <class Value>
std::string rules(const Value& value) {
  std::string out = R"(
svg.plot { font: 12.5px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
.plot text { fill: --ink; } .plot .tick { fill: --soft; font-size: 11.5px; }
.plot .middle { text-anchor: middle; } .plot .end { text-anchor: end; }
.plot .title { font-size: 16px; font-weight: 600; } .plot .label { font-weight: 600; }
.plot .label, .plot .name { paint-order: stroke; stroke: --paper; stroke-width: 4px; }
.plot .paper { fill: --paper; } .plot .grid { stroke: --rules; }
.plot .axis { stroke: --soft; } .plot .guide { stroke: --soft; stroke-dasharray: 3 4; }
.plot .fill0 { fill: --c0; } .plot .fill1 { fill: --c1; }
.plot .fill2 { fill: --c2; } .plot .fill3 { fill: --c3; }
.plot .halo { stroke: --paper; stroke-width: 1.5; }
.plot .ring0, .plot .ring1, .plot .ring2, .plot .ring3 { fill: --paper; stroke-width: 2.5; }
.plot .ring0 { stroke: --c0; } .plot .ring1 { stroke: --c1; }
.plot .ring2 { stroke: --c2; } .plot .ring3 { stroke: --c3; }
.plot polyline { fill: none; stroke-width: 2; stroke-linejoin: round; }
.plot .line0 { stroke: --c0; } .plot .line1 { stroke: --c1; }
.plot .line2 { stroke: --c2; } .plot .line3 { stroke: --c3; }
)";
  for (const PlotColour& colour : plot_colours()) {
    const std::string name = colour.name;
    for (auto at = out.find(name); at != std::string::npos; at = out.find(name, at)) {
      const std::string spelled = value(colour);
      out.replace(at, name.size(), spelled);
      at += spelled.size();
    }
  }
  return out;
}

std::string style_of_a_file() {
  return rules([](const PlotColour& colour) { return std::string(colour.light); }) +
         "@media (prefers-color-scheme: dark) {" +
         rules([](const PlotColour& colour) { return std::string(colour.dark); }) + "}\n";
}

}  // namespace

std::vector<double> ticks(double low, double high, int wanted) {
  if (high - low <= 1e-12 * std::max(std::abs(low), std::abs(high))) {
    const double half = low == 0 ? 0.5 : std::abs(low) * 0.05;
    low -= half;
    high += half;
  }
  const double rough = (high - low) / (wanted - 1);
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough * (1 - 1e-9)) {
      step = factor * power;
      break;
    }
  }
  const auto first = std::llround(std::floor(low / step + 1e-9));
  const auto last = std::llround(std::ceil(high / step - 1e-9));
  std::vector<double> out;
  for (auto i = first; i <= last; ++i) out.push_back(static_cast<double>(i) * step);
  return out;
}

std::vector<double> powers_of_ten(double low, double high, int wanted) {
  const auto first = std::lround(std::floor(std::log10(low) + 1e-9));
  const auto last = std::max(first + 1, std::lround(std::ceil(std::log10(high) - 1e-9)));
  const auto step = (last - first + wanted - 1) / wanted;
  std::vector<double> out;
  for (auto power = first; power < last + step; power += step) {
    out.push_back(std::pow(10.0, static_cast<double>(power)));
  }
  return out;
}

std::string tick_text(double value, double step) {
  if (step >= 1e6 || step < 1e-4) return fmt::format("{:.4g}", value);
  const double decimals = std::max(0.0, std::ceil(-std::log10(step) - 1e-9));
  return fmt::format("{:.{}f}", value, static_cast<int>(decimals));
}

std::string plot_style() {
  std::string light = ":root {";
  std::string dark = "@media (prefers-color-scheme: dark) { :root {";
  for (const PlotColour& colour : plot_colours()) {
    light += fmt::format(" {}: {};", colour.name, colour.light);
    dark += fmt::format(" {}: {};", colour.name, colour.dark);
  }
  // Paper is white, whatever the screen is.
  const std::string print = "@media print { " + light + " } }\n";
  return light + " }\n" + dark + " } }\n" + print +
         rules([](const PlotColour& colour) { return fmt::format("var({})", colour.name); });
}

std::string svg(const Plot& plot, bool alone) {
  const Legend legend = make_legend(plot);
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plot\" viewBox=\"0 0 {0:g} {1:g}\"{2} "
      "role=\"img\" aria-label=\"{3}\">\n",
      kWidth,
      legend.height,
      alone ? fmt::format(" width=\"{:g}\" height=\"{:g}\"", kWidth, legend.height) : "",
      escaped(plot.title));
  if (alone) {
    out += std::string(kPictureMark) + "\n<style>" + style_of_a_file() +
           "</style>\n<rect width=\"100%\" height=\"100%\" class=\"paper\"/>\n";
  }
  out += words(kLeft, 26, "class=\"title\"", plot.title);
  Frame frame;
  if (!make_frame(plot, frame)) {
    return out + words(kWidth / 2, kHeight / 2, "class=\"middle\"", "there is nothing to draw") +
           "</svg>\n";
  }
  out += axes(plot, frame) + guides(plot, frame);
  for (const PlotSeries& series : plot.series) out += draw(plot, series, frame);
  return out + labels(plot, frame) + legend.shapes + "</svg>\n";
}

}  // namespace coppice

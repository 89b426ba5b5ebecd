#include "experiments/report/svg_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "experiments/report/html_page.hpp"

namespace coppice {
namespace {

constexpr double kWidth = 760;
constexpr double kHeight = 440;
constexpr double kLeft = 72;
constexpr double kRight = 24;
constexpr double kTop = 52;
constexpr double kBottom = 96;  // ticks, axis label, legend
constexpr double kCharacter = 7.2;

bool finite(const PlotPoint& point) { return std::isfinite(point.x) && std::isfinite(point.y); }

struct Axis {
  std::vector<double> ticks;
  double low = 0;
  double high = 1;
  double from = 0;  // in the picture
  double to = 1;

  [[nodiscard]] double place(double value) const {
    return from + (value - low) / (high - low) * (to - from);
  }
  [[nodiscard]] double step() const { return ticks[1] - ticks[0]; }
};

Axis make_axis(double low, double high, int wanted, double from, double to) {
  Axis axis;
  axis.ticks = ticks(low, high, wanted);
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
  double x_low = 0;
  double x_high = 0;
  double y_low = 0;
  double y_high = 0;
  for (const PlotSeries& series : plot.series) {
    for (const PlotPoint& point : series.points) {
      if (!finite(point)) continue;
      x_low = any ? std::min(x_low, point.x) : point.x;
      x_high = any ? std::max(x_high, point.x) : point.x;
      y_low = any ? std::min(y_low, point.y) : point.y;
      y_high = any ? std::max(y_high, point.y) : point.y;
      any = true;
    }
  }
  if (!any) return false;
  frame.x = make_axis(x_low, x_high, 7, kLeft, kWidth - kRight);
  frame.y = make_axis(y_low, y_high, 6, kHeight - kBottom, kTop);
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
    out += words(x, bottom + 18, "class=\"tick middle\"", tick_text(tick, frame.x.step()));
  }
  for (const double tick : frame.y.ticks) {
    const double y = frame.y.place(tick);
    out += grid_line(kLeft, y, kWidth - kRight, y, "grid");
    out += words(kLeft - 8, y + 4, "class=\"tick end\"", tick_text(tick, frame.y.step()));
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

std::string draw(const PlotSeries& series, const Frame& frame) {
  std::string line;
  std::string marks;
  for (const PlotPoint& point : series.points) {
    if (!finite(point)) continue;
    const double x = frame.x.place(point.x);
    const double y = frame.y.place(point.y);
    line += fmt::format("{}{:.1f},{:.1f}", line.empty() ? "" : " ", x, y);
    if (series.mark != Mark::line) marks += shape(series.mark, x, y, series.colour, point.hint);
  }
  if (!series.connected && series.mark != Mark::line) return marks;
  return fmt::format("<polyline points=\"{}\" class=\"line{}\"/>\n", line, series.colour) + marks;
}

// Above all marks, to their upper left, where no front has points; to the right where there is no
// room.
std::string labels(const Plot& plot, const Frame& frame) {
  std::string out;
  for (const PlotSeries& series : plot.series) {
    for (const PlotPoint& point : series.points) {
      if (point.label.empty() || !finite(point)) continue;
      const double x = frame.x.place(point.x);
      const double y = frame.y.place(point.y);
      const bool left = x - kCharacter * static_cast<double>(point.label.size()) > kLeft + 12;
      out += words(left ? x - 11 : x + 11,
                   y - 8,
                   left ? "class=\"label end\"" : "class=\"label\"",
                   point.label);
    }
  }
  return out;
}

std::string legend(const Plot& plot) {
  std::string out;
  double x = kLeft;
  double y = kHeight - 32;
  for (const PlotSeries& series : plot.series) {
    if (series.name.empty()) continue;
    const double width = 28 + kCharacter * static_cast<double>(series.name.size());
    if (x > kLeft && x + width > kWidth) {
      x = kLeft;
      y += 20;
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
  return out;
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
  const double first = std::floor(low / step + 1e-9);
  const double last = std::ceil(high / step - 1e-9);
  std::vector<double> out;
  // `+ 0.0` turns -0 into 0.
  for (double i = first; i <= last; ++i) out.push_back(i * step + 0.0);
  return out;
}

std::string tick_text(double value, double step) {
  if (step >= 1e6 || step < 1e-4) return fmt::format("{:.4g}", value);
  const double decimals = std::max(0.0, std::ceil(-std::log10(step) - 1e-9));
  return fmt::format("{:.{}f}", value, static_cast<int>(decimals));
}

std::string plot_style() {
  return R"(
svg.plot { --ink: #1c2024; --soft: #60666d; --rules: #e3e6ea; --paper: #ffffff;
  --c0: #9aa3ad; --c1: #0b6bcb; --c2: #d9580d; --c3: #18794e;
  font: 12.5px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
@media (prefers-color-scheme: dark) { svg.plot { --ink: #e8eaed; --soft: #a0a6ad;
  --rules: #31363c; --paper: #1c1f23; --c0: #6d7681; --c1: #6bb1f7; --c2: #ff9a5c;
  --c3: #6fd6a4; } }
.plot text { fill: var(--ink); } .plot .tick { fill: var(--soft); font-size: 11.5px; }
.plot .middle { text-anchor: middle; } .plot .end { text-anchor: end; }
.plot .title { font-size: 16px; font-weight: 600; } .plot .label { font-weight: 600; }
.plot .label, .plot .name { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
.plot .paper { fill: var(--paper); } .plot .grid { stroke: var(--rules); }
.plot .axis { stroke: var(--soft); } .plot .guide { stroke: var(--soft); stroke-dasharray: 3 4; }
.plot .fill0 { fill: var(--c0); } .plot .fill1 { fill: var(--c1); }
.plot .fill2 { fill: var(--c2); } .plot .fill3 { fill: var(--c3); }
.plot .halo { stroke: var(--paper); stroke-width: 1.5; }
.plot .ring0, .plot .ring1, .plot .ring2, .plot .ring3 { fill: var(--paper); stroke-width: 2.5; }
.plot .ring0 { stroke: var(--c0); } .plot .ring1 { stroke: var(--c1); }
.plot .ring2 { stroke: var(--c2); } .plot .ring3 { stroke: var(--c3); }
.plot polyline { fill: none; stroke-width: 2; stroke-linejoin: round; }
.plot .line0 { stroke: var(--c0); } .plot .line1 { stroke: var(--c1); }
.plot .line2 { stroke: var(--c2); } .plot .line3 { stroke: var(--c3); }
)";
}

std::string svg(const Plot& plot, bool alone) {
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plot\" viewBox=\"0 0 {0:g} {1:g}\"{2} "
      "role=\"img\" aria-label=\"{3}\">\n",
      kWidth,
      kHeight,
      alone ? fmt::format(" width=\"{:g}\" height=\"{:g}\"", kWidth, kHeight) : "",
      escaped(plot.title));
  if (alone) {
    out += "<style>" + plot_style() +
           "</style>\n<rect width=\"100%\" height=\"100%\" class=\"paper\"/>\n";
  }
  out += words(kLeft, 26, "class=\"title\"", plot.title);
  Frame frame;
  if (!make_frame(plot, frame)) {
    return out + words(kWidth / 2, kHeight / 2, "class=\"middle\"", "there is nothing to draw") +
           "</svg>\n";
  }
  out += axes(plot, frame) + guides(plot, frame);
  for (const PlotSeries& series : plot.series) out += draw(series, frame);
  return out + labels(plot, frame) + legend(plot) + "</svg>\n";
}

}  // namespace coppice

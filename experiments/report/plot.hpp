// A chart as plain values: drawn as a still picture by svg_plot, made interactive by vega_plot.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace coppice {

struct PlotPoint {
  double x = 0;
  double y = 0;
  std::string hint{};     ///< shown when the mouse rests on it; may be empty
  std::string label{};    ///< written beside it; may be empty
  std::string network{};  ///< architecture that the page shows when it is picked; may be empty
  /// Ends of a vertical bar through the point, low <= high: where its value may lie.
  std::optional<std::pair<double, double>> bar{};
};

enum class Mark { line, dot, ring, diamond };

constexpr int kPlotColours = 4;

struct PlotSeries {
  std::string name;  ///< in the legend; empty: not there
  Mark mark = Mark::dot;
  int colour = 0;          ///< 0 to kPlotColours - 1: grey, blue, orange, green
  bool connected = false;  ///< a line through the points, in their order
  std::vector<PlotPoint> points;
};

/// A vertical line with a name, where something begins or ends.
struct PlotGuide {
  double x = 0;
  std::string name;
};

struct Plot {
  std::string title;
  std::string x_label;  ///< with its unit
  std::string y_label;
  std::vector<PlotSeries> series;  ///< points that cannot be drawn are left out
  std::vector<PlotGuide> guides;
  bool logarithmic = false;  ///< both axes
};

/// Finite, and above 0 where the axes are logarithmic.
[[nodiscard]] bool can_draw(const Plot& plot, const PlotPoint& point);

/// The colours of pictures and pages. Each has a value for light and one for dark screens.
struct PlotColour {
  const char* name;  ///< as CSS variable: "--ink"
  const char* light;
  const char* dark;
};
[[nodiscard]] const std::vector<PlotColour>& plot_colours();

}  // namespace coppice

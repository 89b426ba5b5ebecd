// Scatter and line plots as SVG text. Pure.
//
// Colours stand in a style sheet with a light and a dark half, so one picture serves both.
#pragma once

#include <string>
#include <vector>

namespace coppice {

struct PlotPoint {
  double x = 0;
  double y = 0;
  std::string hint;   ///< shown when the mouse rests on it; may be empty
  std::string label;  ///< written beside it; may be empty
};

enum class Mark { line, dot, ring, diamond };

struct PlotSeries {
  std::string name;  ///< in the legend; empty: not there
  Mark mark = Mark::dot;
  int colour = 0;          ///< 0 to 3: grey, blue, orange, green
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
  std::vector<PlotSeries> series;  ///< points that are not finite are left out
  std::vector<PlotGuide> guides;
};

/// Round numbers (1, 2 or 5 times a power of ten apart) from below `low` to above `high`, about
/// `wanted` of them. REQUIRES finite low <= high, wanted >= 2.
[[nodiscard]] std::vector<double> ticks(double low, double high, int wanted);

/// A tick with as many decimals as its distance `step` to the next one needs.
[[nodiscard]] std::string tick_text(double value, double step);

/// CSS of the colours, for the page that holds pictures.
[[nodiscard]] std::string plot_style();

/// The <svg> element; `alone`: a file of its own, with style and background. Says so where there
/// is no point to draw.
[[nodiscard]] std::string svg(const Plot& plot, bool alone);

}  // namespace coppice

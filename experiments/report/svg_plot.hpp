// Charts as still SVG pictures: files of their own, and what a page shows without scripts. Pure.
//
// One picture serves light and dark screens.
#pragma once

#include <string>
#include <vector>

#include "experiments/report/plot.hpp"

namespace coppice {

/// What a picture in a file of its own carries near its start: it is ours, and may be replaced.
constexpr const char* kPictureMark = "<metadata>drawn by Coppice</metadata>";

/// Round numbers (1, 2 or 5 times a power of ten apart) from below `low` to above `high`, about
/// `wanted` of them. REQUIRES finite low <= high, wanted >= 2.
[[nodiscard]] std::vector<double> ticks(double low, double high, int wanted);

/// Powers of ten from below `low` to above `high`, at most about `wanted` of them. REQUIRES 0 < low
/// <= high.
[[nodiscard]] std::vector<double> powers_of_ten(double low, double high, int wanted);

/// A tick with as many decimals as its distance `step` to the next one needs.
[[nodiscard]] std::string tick_text(double value, double step);

/// CSS of the pictures of a page, and of the colours that its charts use.
[[nodiscard]] std::string plot_style();

/// The <svg> element; `alone`: a file of its own, with background and a style in which colours are
/// spelled out, as not every program that draws SVG knows CSS variables. Says so where there is no
/// point to draw.
[[nodiscard]] std::string svg(const Plot& plot, bool alone);

}  // namespace coppice

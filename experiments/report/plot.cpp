#include "experiments/report/plot.hpp"

#include <cmath>

namespace coppice {

bool can_draw(const Plot& plot, const PlotPoint& point) {
  if (!std::isfinite(point.x) || !std::isfinite(point.y)) return false;
  return !plot.logarithmic || (point.x > 0 && point.y > 0);
}

const std::vector<PlotColour>& plot_colours() {
  static const std::vector<PlotColour> colours{{"--ink", "#1c2024", "#e8eaed"},
                                               {"--soft", "#60666d", "#a0a6ad"},
                                               {"--rules", "#e3e6ea", "#31363c"},
                                               {"--paper", "#ffffff", "#1c1f23"},
                                               {"--c0", "#9aa3ad", "#6d7681"},
                                               {"--c1", "#0b6bcb", "#6bb1f7"},
                                               {"--c2", "#d9580d", "#ff9a5c"},
                                               {"--c3", "#18794e", "#6fd6a4"}};
  return colours;
}

}  // namespace coppice

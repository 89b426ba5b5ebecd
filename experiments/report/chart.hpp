// A chart in a page: interactive where scripts run, a still picture where they do not.
#pragma once

#include "experiments/report/html_page.hpp"
#include "experiments/report/plot.hpp"

namespace coppice {

/// A <figure> with the still picture, the specification for the page's script, and buttons.
[[nodiscard]] Html chart(const Plot& plot);

/// Side by side on paper, one below the other on a screen.
[[nodiscard]] Html charts(const std::vector<Plot>& plots);

}  // namespace coppice

#include "experiments/report/chart.hpp"

#include "experiments/report/svg_plot.hpp"
#include "experiments/report/vega_plot.hpp"

namespace coppice {

Html chart(const Plot& plot) {
  return {"<figure class=\"chart\">\n<div class=\"still\">" + svg(plot, false) + "</div>\n<h3>" +
          escaped(plot.title) +
          "</h3>\n<div class=\"view\" tabindex=\"0\" role=\"group\" aria-label=\"" +
          escaped(plot.title) +
          "; arrow keys move, + and - zoom, 0 shows all\"></div>\n"
          "<div class=\"tools muted\"><button type=\"button\" data-zoom=\"in\">zoom in</button>"
          "<button type=\"button\" data-zoom=\"out\">zoom out</button>"
          "<button type=\"button\" data-zoom=\"all\">show all</button>"
          "<span>drag to move, Ctrl and wheel to zoom</span></div>\n"
          "<script type=\"application/json\">" +
          vega_spec(plot) + "</script>\n</figure>\n"};
}

Html charts(const std::vector<Plot>& plots) {
  std::string out = "<div class=\"charts\">\n";
  for (const Plot& plot : plots) out += chart(plot).code;
  return {out + "</div>\n"};
}

}  // namespace coppice

// A chart as a Vega specification, which the page's script turns into an interactive one.
//
// Vega (https://vega.github.io) comes from Debian's libjs-vega and is bundled into the program when
// it is built; a page carries it inside. A build without the package makes pages with still
// pictures.
#pragma once

#include <string>

#include "experiments/report/plot.hpp"

namespace coppice {

/// JSON in which no text can end a <script> element. Signals `xdom` and `ydom` are the visible
/// ranges, which the page's script changes; colours are CSS variables of the page. A point's datum
/// has `hint`, `label` and `network`.
[[nodiscard]] std::string vega_spec(const Plot& plot);

/// Vega's modules for a <script> element, with their licence; empty when this program was built
/// without libjs-vega.
[[nodiscard]] std::string vega_script();

/// JSON text that may stand in a <script> element: '<', '>' and '&' are written as escapes.
[[nodiscard]] std::string safe_in_script(const std::string& json);

}  // namespace coppice

// The net.config files of the Once-For-All reference implementation: one network, layer by layer.
#pragma once

#include <optional>
#include <string>

#include "supernet/space/search_space.hpp"

namespace coppice {

struct OfaNetConfig {
  /// Built-in space of its kind of network: "MobileNetV3" and "ProxylessNASNets" are known.
  std::string space;
  double width_mult = 1.0;  ///< of all its layers
  /// Of the space that holds the architecture: the width, and the resolution where the space does
  /// not offer it by itself.
  SpaceParameters parameters;
  Architecture architecture;
};

/// The architecture whose blocks are those of the JSON text. Its resolution is `resolution`,
/// whether the space offers it or not, or the largest of the space: the file does not say it. The
/// width is `width_mult` if given, else the space's own or the multiple of 0.05 that fits. `origin`
/// names the text in messages. Throws Error: no such JSON, another kind of network, a block that no
/// choice of the space builds.
[[nodiscard]] OfaNetConfig parse_ofa_net_config(const std::string& text,
                                                const std::string& origin,
                                                std::optional<int> resolution,
                                                std::optional<double> width_mult);

}  // namespace coppice

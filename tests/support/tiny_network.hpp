// Small networks for tests: the built-in spaces at a quarter of their widths.
#pragma once

#include <string>

#include "supernet/space/search_space.hpp"
#include "tests/support/reference_runner.hpp"

namespace coppice {

/// The built-in space with narrow stages, one resolution and 7 classes.
inline SearchSpace narrow_space(const std::string& name, int resolution, int channels = 3) {
  SpaceParameters parameters;
  parameters.resolutions = {resolution};
  parameters.classes = 7;
  parameters.channels = channels;
  SpaceSpec spec = parse_space_spec(builtin_space_text(name), name, parameters);
  for (StageSpec& stage : spec.stages) stage.width /= 4;
  spec.final_expand_width /= 4;
  spec.feature_mix_width /= 4;
  return SearchSpace(spec);
}

/// A random network of the narrow space "small" on 28 x 28 pixels.
inline PlainNetwork tiny_network(std::uint64_t seed = 1) {
  const SearchSpace space = narrow_space("small", 28);
  return random_network(plan_layers(space, space.smallest()), Random(seed));
}

}  // namespace coppice

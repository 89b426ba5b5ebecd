// A small space of bottleneck networks with elastic width, for fast tests.
#pragma once

#include <string>

#include "supernet/space/search_space.hpp"

namespace coppice {

[[nodiscard]] inline SearchSpace tiny_resnet_space() {
  const std::string ini = R"(
name = tiny-resnet
family = resnet
classes = 8
channels = 1
resolutions = 16
width_mults = 0.5 1.0
[stem]
width = 16
stride = 1
activation = relu
depths = 0 2
[stage1]
width = 16
stride = 1
activation = relu
base_depth = 1
depths = 0 1
kernels = 3
expands = 0.5 1.0
[stage2]
width = 32
stride = 2
activation = relu
base_depth = 1
depths = 0 1
kernels = 3
expands = 0.5 1.0
)";
  return SearchSpace(parse_space_spec(ini, "tiny_resnet_space"));
}

}  // namespace coppice

// A small space for fast tests: two stages, depths 1 2, kernels 3 5 7, expansions 2 3 4, h-swish,
// squeeze-excite in the second stage, resolutions 12 and 16, two classes fewer than ten.
#pragma once

#include <string>

#include "supernet/space/search_space.hpp"

namespace coppice {

/// The text of its file.
inline constexpr const char* kTinySpace = R"(
name = tiny
family = mobile
classes = 8
channels = 1
resolutions = 12 16
dropout = 0.1
[stem]
width = 8
stride = 2
activation = h_swish
[first_block]
width = 8
activation = relu
shortcut = yes
[stage1]
width = 8
stride = 1
activation = relu
squeeze_excite = no
depths = 1 2
kernels = 3 5 7
expands = 2 3 4
[stage2]
width = 16
stride = 2
activation = h_swish
squeeze_excite = yes
depths = 1 2
kernels = 3 5
expands = 2 3 4
[head]
final_expand_width = 32
feature_mix_width = 32
feature_mix_after_pool = yes
activation = h_swish
)";

[[nodiscard]] inline SearchSpace tiny_space() {
  return SearchSpace(parse_space_spec(kTinySpace, "tiny_space"));
}

}  // namespace coppice

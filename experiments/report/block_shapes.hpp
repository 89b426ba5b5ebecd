// A network as the row of blocks that a report draws.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "supernet/space/search_space.hpp"

namespace coppice {

/// An elastic block, or a fixed layer before or behind them.
struct BlockShape {
  std::string name;  ///< "stem", "blocks.3", "classifier": what its weights are called
  bool elastic = false;
  int kernel = 1;
  int inner = 0;     ///< channels that its largest kernel works on; 0: not elastic
  int channels = 0;  ///< that it puts out
  int size = 0;      ///< pixels of one side of its output
  bool squeeze_excite = false;
  bool shortcut = false;
  std::int64_t macs = 0;
};

/// In execution order. REQUIRES space.contains(architecture).
[[nodiscard]] std::vector<BlockShape> block_shapes(const SearchSpace& space,
                                                   const Architecture& architecture);

}  // namespace coppice

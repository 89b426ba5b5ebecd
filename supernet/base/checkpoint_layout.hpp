// The layout of supernet.h5 (supernet/README.md). It stands apart from checkpoint.hpp because the
// report reads a training's history without linking tensors.
#pragma once

#include <cstdint>

namespace coppice {

/// Highest layout this program writes and reads.
constexpr std::int64_t kCheckpointLayout = 2;

}  // namespace coppice

// The runtimes that exported files are checked with on this machine.
#pragma once

#include <vector>

#include "export/verify.hpp"

namespace coppice {

/// OpenCV for model.onnx, libtorch for model.pt, our own simulator for model.nir.
[[nodiscard]] std::vector<Runtime> runtimes_here();

}  // namespace coppice

// The runtimes that exported files are checked with on this machine.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "export/verify.hpp"

namespace coppice {

/// ONNX Runtime, or why there is none.
struct FoundOnnxRuntime {
  std::shared_ptr<OnnxRuntime> runtime;
  std::string missing;  ///< what to do about it; empty when it was found
};

/// On one thread, from `folder`; when that is empty from experiments/deploy/node of the source tree
/// that the program was built from. Throws Error only when a folder was asked for.
[[nodiscard]] FoundOnnxRuntime find_onnxruntime(const std::filesystem::path& folder);

/// libtorch for model.pt, our own simulator for model.nir, OpenCV and, unless it is null, ONNX
/// Runtime for ONNX files.
[[nodiscard]] std::vector<Runtime> runtimes_here(const std::shared_ptr<OnnxRuntime>& onnxruntime);

}  // namespace coppice

// The runtimes that networks are timed and checked in, as options and targets name them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "experiments/options.hpp"

namespace coppice {

/// libtorch, onnxruntime, opencv.
[[nodiscard]] const std::vector<std::string>& runtime_names();

/// The target of a single image's latency: "latency_ms" in libtorch, where supernets live, else
/// "latency_<runtime>_ms".
[[nodiscard]] std::string latency_target(const std::string& runtime);

/// Adds --onnxruntime, the folder where npm installed ONNX Runtime; empty: see open_onnxruntime.
void bind_onnxruntime(std::filesystem::path& folder, OptionSet& options);

}  // namespace coppice

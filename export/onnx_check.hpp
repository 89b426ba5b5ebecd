// Whether a file is a whole and valid ONNX model, by ONNX's own rules.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace coppice {

struct OnnxSummary {
  std::int64_t ir_version = 0;
  std::int64_t opset = 0;
  std::string producer;                   ///< "coppice 0.1.0"
  std::vector<std::int64_t> input_shape;  ///< of the only input; -1 where any size is accepted
  std::vector<std::int64_t> output_shape;
  std::map<std::string, std::string> metadata;
  std::map<std::string, int> operators;  ///< how many nodes of each kind
};

/// Reads the file, runs libonnx's checker and strict shape inference: every tensor's type and the
/// shape that the file states for it must follow from the operators. Throws Error naming the path:
/// missing, truncated, not ONNX, or what is wrong in it.
[[nodiscard]] OnnxSummary check_onnx_file(const std::filesystem::path& path);

}  // namespace coppice

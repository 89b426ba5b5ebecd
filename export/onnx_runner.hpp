// Running an ONNX file with OpenCV: a second implementation to check exports against, and a
// runtime that users have. README.md tells what OpenCV 4.6 gets wrong and how this file avoids it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <vector>

namespace coppice {

/// Not for use from two threads at once.
class OnnxRunner {
 public:
  /// `threads`: 1 runs in the calling thread alone, 0 leaves OpenCV's own choice. OpenCV keeps the
  /// number for the whole process, so it is set for each call and put back after it.
  /// Throws Error naming the path when the file is not valid (see check_onnx_file) or OpenCV
  /// cannot load it.
  explicit OnnxRunner(const std::filesystem::path& path, int threads = 0);
  ~OnnxRunner();
  OnnxRunner(OnnxRunner&&) noexcept;
  OnnxRunner(const OnnxRunner&) = delete;
  OnnxRunner& operator=(const OnnxRunner&) = delete;

  /// Logits [count, classes] of normalised images [count, channels, height, width]. Throws Error
  /// when the number of values does not fit.
  [[nodiscard]] std::vector<float> run(const std::vector<float>& images, std::size_t count);

  [[nodiscard]] std::size_t values_per_image() const;
  [[nodiscard]] std::size_t classes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// "OpenCV 4.6.0"
[[nodiscard]] const char* onnx_runtime_name();

}  // namespace coppice

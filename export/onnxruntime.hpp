// ONNX Runtime, the runtime most exported networks meet: its npm package onnxruntime-node, which
// carries the library for processors, in a Node.js process beside this one.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "supernet/base/units.hpp"

namespace coppice {

/// Models are loaded under numbers. Not for use from two threads at once.
class OnnxRuntime {
 public:
  using Shape = std::array<std::size_t, 4>;  ///< images, channels, height, width

  /// `folder` is where `npm install --ignore-scripts onnxruntime-node` ran; `threads` is what one
  /// call computes on. Throws Error saying what is missing, Node.js or the package, and how to
  /// install it.
  explicit OnnxRuntime(const std::filesystem::path& folder, int threads = 1);
  ~OnnxRuntime();
  OnnxRuntime(OnnxRuntime&&) noexcept;

  /// "ONNX Runtime 1.30.0"
  [[nodiscard]] const std::string& name() const;

  /// Throws Error naming the path when ONNX Runtime cannot load it.
  [[nodiscard]] int load(const std::filesystem::path& path);
  /// REQUIRES a loaded model, as do the calls below.
  void release(int model);

  /// Logits of normalised images of this shape. Throws Error naming the file, and what ONNX Runtime
  /// says, for a shape that the model does not take.
  [[nodiscard]] std::vector<float> run(int model,
                                       const std::vector<float>& images,
                                       const Shape& shape);

  /// Mean duration of `calls` calls on zeros in a row, taken beside the runtime: without the way
  /// over the socket, with what JavaScript adds to a call (about 0.01 ms).
  [[nodiscard]] Seconds time(int model, const Shape& shape, int calls);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace coppice

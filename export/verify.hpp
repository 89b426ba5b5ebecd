// Whether an export folder still holds what was written, and computes what the subnet computed.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "export/onnxruntime.hpp"
#include "export/reference_file.hpp"

namespace coppice {

/// How far float32 runtimes may differ, relative to the largest logit: they add in other orders.
constexpr double kLogitTolerance = 1e-4;
/// In 8 bits a value that lies between two steps may go to either, and the next layers spread it:
/// this tells the network from another one; how good it is in 8 bits the accuracy says.
constexpr double kInt8LogitTolerance = 0.2;

struct LogitComparison {
  double largest_difference = 0;  ///< over all logits, relative to the largest |expected| one
  double top1_agreement = 0;      ///< percent of images with the same first class
};

/// Both are [count, classes]. A value that is not finite differs infinitely. Throws Error when the
/// sizes differ or are no multiple of `classes`.
[[nodiscard]] LogitComparison compare_logits(const std::vector<float>& expected,
                                             const std::vector<float>& found,
                                             std::size_t classes);

/// Something that computes logits from some files of the folder.
struct Runtime {
  std::string name;                ///< "OpenCV 4.6.0"
  std::vector<std::string> files;  ///< names of those that it can run: "model.onnx"
  /// Logits of all images of `data`, in its order. May throw Error.
  std::function<std::vector<float>(const std::filesystem::path& file, const ReferenceData& data)>
      run;
  /// For a file that says itself what it computes: its own inputs and logits, which take the place
  /// of those in reference.h5. May be empty, may throw Error.
  std::function<ReferenceData(const std::filesystem::path& file)> reference;
};

/// By its ending: .onnx, .pt, .nir.
[[nodiscard]] bool is_model(const std::string& name);

[[nodiscard]] bool runs(const Runtime& runtime, const std::string& file);

/// OpenCV for float32 ONNX files of one size, ONNX Runtime for all ONNX files. Both compute all
/// images in one call and the first one alone, so that a file that works for one batch only is
/// found out; files of a fixed batch are called with that.
[[nodiscard]] Runtime opencv_runtime();
[[nodiscard]] Runtime onnxruntime_runtime(std::shared_ptr<OnnxRuntime> onnxruntime);

struct RuntimeReport {
  std::string runtime;
  std::string file;
  LogitComparison comparison;
  bool ok = false;  ///< largest_difference is within the tolerance of the file's numbers
};

struct VerifyReport {
  std::vector<RuntimeReport> runtimes;
  std::vector<std::string> not_run;  ///< model files that no runtime was given for
  /// Over all float32 files and runtimes; empty: none was compared. A spiking network is not: it
  /// computes what its own file says, never quite what the subnet does.
  std::optional<double> largest_difference;
  bool ok = false;  ///< all are, and there is at least one
};

/// Compares card.json with its own hash and every file with the size and hash that it says, then
/// runs every runtime whose file the card lists on reference.h5. Throws Error naming the file that
/// is missing, truncated, edited, or a model that the card does not list.
[[nodiscard]] VerifyReport verify_folder(const std::filesystem::path& folder,
                                         const std::vector<Runtime>& runtimes);

}  // namespace coppice

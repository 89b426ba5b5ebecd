// Names and versions of what an export folder holds. FORMAT.md describes the files.
#pragma once

namespace coppice {

constexpr const char* kOnnxFile = "model.onnx";
constexpr const char* kInt8OnnxFile = "model-int8.onnx";
constexpr const char* kDynamicOnnxFile = "model-dynamic.onnx";
constexpr const char* kMobileOnnxFile = "model-mobile.onnx";
constexpr const char* kTorchScriptFile = "model.pt";
constexpr const char* kNirFile = "model.nir";
constexpr const char* kReferenceFile = "reference.h5";
constexpr const char* kCardJsonFile = "card.json";
constexpr const char* kCardMarkdownFile = "card.md";

/// Of card.json. A reader refuses a newer one by name.
constexpr int kCardVersion = 1;
/// Of reference.h5.
constexpr int kReferenceVersion = 1;

/// 13 is the newest set that every release of ONNX Runtime Mobile's reduced package knows (its
/// operator list holds 12 and 13), that OpenCV 4.6 imports, and that libonnx 1.12 (up to 17) can
/// check. Nothing later is needed: 14 would add HardSwish, which that package lacks.
constexpr int kOnnxOpset = 13;
/// The format version that came with opset 13 (ONNX 1.8).
constexpr int kOnnxIrVersion = 7;

/// Normalised float32 [batch, channels, height, width].
constexpr const char* kInputName = "input";
/// float32 [batch, classes], before softmax.
constexpr const char* kOutputName = "logits";
/// Names of the dimensions that may be open.
constexpr const char* kBatchDimension = "batch";
constexpr const char* kHeightDimension = "height";
constexpr const char* kWidthDimension = "width";

}  // namespace coppice

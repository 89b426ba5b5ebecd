#include "export/onnx_check.hpp"

#include <onnx/checker.h>
#include <onnx/onnx_pb.h>
#include <onnx/shape_inference/implementation.h>

#include <algorithm>

#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"

namespace coppice {
namespace {

// libonnx explains itself in several lines; an Error has one.
std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

std::vector<std::int64_t> shape_of(const onnx::ValueInfoProto& value) {
  std::vector<std::int64_t> sizes;
  for (const auto& dim : value.type().tensor_type().shape().dim()) {
    sizes.push_back(dim.has_dim_value() ? dim.dim_value() : -1);
  }
  return sizes;
}

// Protobuf forgives much: a file cut between two fields still parses, so what must be there is
// asked for by name.
onnx::ModelProto parse(const std::filesystem::path& path) {
  const std::string bytes = read_text_file(path);
  onnx::ModelProto model;
  require(model.ParseFromString(bytes) && model.has_graph() && model.graph().node_size() > 0 &&
              model.graph().input_size() == 1 && model.graph().output_size() == 1 &&
              model.opset_import_size() > 0,
          path.string(),
          " is no whole ONNX classifier (",
          bytes.size(),
          " bytes): it was truncated or is of another kind; export it again");
  return model;
}

OnnxSummary summarize(const onnx::ModelProto& model) {
  OnnxSummary summary;
  summary.ir_version = model.ir_version();
  summary.opset = model.opset_import(0).version();
  summary.producer = model.producer_name();
  if (!model.producer_version().empty()) summary.producer += " " + model.producer_version();
  summary.input_shape = shape_of(model.graph().input(0));
  summary.output_shape = shape_of(model.graph().output(0));
  for (const auto& entry : model.metadata_props()) summary.metadata[entry.key()] = entry.value();
  for (const auto& node : model.graph().node()) ++summary.operators[node.op_type()];
  return summary;
}

}  // namespace

OnnxSummary check_onnx_file(const std::filesystem::path& path) {
  onnx::ModelProto model = parse(path);
  OnnxSummary summary = summarize(model);
  try {
    onnx::checker::check_model(model);
    const onnx::ShapeInferenceOptions strict(true, 1, true);
    onnx::shape_inference::InferShapes(model, onnx::OpSchemaRegistry::Instance(), strict);
  } catch (const std::exception& error) {
    throw Error(text(path.string(), " is not a valid ONNX model: ", one_line(error.what())));
  }
  return summary;
}

}  // namespace coppice

// ONNX models that no network gives, for tests of what must be refused.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

namespace coppice {

/// A size of -1 is open.
inline void set_value(onnx::ValueInfoProto& value,
                      const std::string& name,
                      const std::vector<int>& shape) {
  value.set_name(name);
  auto& tensor = *value.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(onnx::TensorProto::FLOAT);
  for (const int size : shape) {
    auto& dim = *tensor.mutable_shape()->add_dim();
    if (size < 0) {
      dim.set_dim_param("open");
    } else {
      dim.set_dim_value(size);
    }
  }
}

inline onnx::ModelProto empty_model(const std::vector<int>& in, const std::vector<int>& out) {
  onnx::ModelProto model;
  model.set_ir_version(7);
  model.add_opset_import()->set_version(13);
  onnx::GraphProto& graph = *model.mutable_graph();
  graph.set_name("hand-made");
  set_value(*graph.add_input(), "input", in);
  set_value(*graph.add_output(), "logits", out);
  return model;
}

inline onnx::NodeProto& add_node(onnx::ModelProto& model,
                                 const std::string& kind,
                                 const std::string& in,
                                 const std::string& out) {
  onnx::NodeProto& node = *model.mutable_graph()->add_node();
  node.set_op_type(kind);
  node.set_name(out);
  node.add_input(in);
  node.add_output(out);
  return node;
}

inline std::string one_node_model(const std::string& kind,
                                  const std::vector<int>& in,
                                  const std::vector<int>& out) {
  onnx::ModelProto model = empty_model(in, out);
  add_node(model, kind, "input", "logits");
  return model.SerializeAsString();
}

/// [batch, channels, 1, 1] to [batch, channels]: softmax along the batch.
inline std::string batch_softmax_model(int channels, int batch = 2) {
  onnx::ModelProto model = empty_model({batch, channels, 1, 1}, {batch, channels});
  add_node(model, "Flatten", "input", "flat");
  onnx::AttributeProto& axis = *add_node(model, "Softmax", "flat", "logits").add_attribute();
  axis.set_name("axis");
  axis.set_type(onnx::AttributeProto::INT);
  axis.set_i(0);
  return model.SerializeAsString();
}

}  // namespace coppice

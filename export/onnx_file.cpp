#include "export/onnx_file.hpp"

#include <onnx/onnx_pb.h>

#include <fstream>

#include "export/fold_batch_norm.hpp"
#include "export/format.hpp"
#include "export/onnx_check.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"

namespace coppice {
namespace {

using Names = std::vector<std::string>;

// Adds nodes and constants to a graph; a value has the name of the node that made it.
class GraphWriter {
 public:
  GraphWriter(onnx::GraphProto& graph, bool basic_operators)
      : graph_(graph), basic_operators_(basic_operators) {}

  onnx::NodeProto& node(const std::string& kind, const std::string& name, const Names& inputs) {
    onnx::NodeProto& made = *graph_.add_node();
    made.set_op_type(kind);
    made.set_name(name);
    for (const std::string& input : inputs) made.add_input(input);
    made.add_output(name);
    return made;
  }

  std::string constant(const std::string& name, const PlainTensor& tensor) {
    onnx::TensorProto& made = *graph_.add_initializer();
    made.set_name(name);
    made.set_data_type(onnx::TensorProto::FLOAT);
    for (const std::int64_t size : tensor.shape) made.add_dims(size);
    // ONNX stores raw data in little-endian order, which is that of every machine supported here.
    made.set_raw_data(tensor.values.data(), tensor.values.size() * sizeof(float));
    return name;
  }

  // One constant for all its readers.
  std::string scalar(const std::string& name, double value) {
    for (const onnx::TensorProto& known : graph_.initializer()) {
      if (known.name() == name) return name;
    }
    return constant(name, {{}, {static_cast<float>(value)}});
  }

  // clip(x / 6 + 1 / 2, 0, 1)
  std::string h_sigmoid(const std::string& name, const std::string& input) {
    if (!basic_operators_) {
      onnx::NodeProto& made = node("HardSigmoid", name, {input});
      set_float(made, "alpha", 1.0F / 6.0F);
      set_float(made, "beta", 0.5F);
      return name;
    }
    node("Add", name + ".shifted", {input, scalar("three", 3)});
    node("Clip", name + ".clipped", {name + ".shifted", scalar("zero", 0), scalar("six", 6)});
    node("Mul", name, {name + ".clipped", scalar("sixth", 1.0 / 6.0)});
    return name;
  }

  std::string activation(Activation kind, const std::string& layer, const std::string& input) {
    if (kind == Activation::none) return input;
    std::string name = layer + "." + to_text(kind);
    if (kind == Activation::relu) node("Relu", name, {input});
    if (kind == Activation::relu6) {
      node("Clip", name, {input, scalar("zero", 0), scalar("six", 6)});
    }
    if (kind == Activation::h_swish) {
      node("Mul", name, {h_sigmoid(layer + ".h_sigmoid", input), input});
    }
    return name;
  }

  static void set_float(onnx::NodeProto& node, const char* name, float value) {
    onnx::AttributeProto& made = attribute(node, name, onnx::AttributeProto::FLOAT);
    made.set_f(value);
  }
  static void set_int(onnx::NodeProto& node, const char* name, int value) {
    onnx::AttributeProto& made = attribute(node, name, onnx::AttributeProto::INT);
    made.set_i(value);
  }
  static void set_ints(onnx::NodeProto& node, const char* name, const std::vector<int>& values) {
    onnx::AttributeProto& made = attribute(node, name, onnx::AttributeProto::INTS);
    for (const int value : values) made.add_ints(value);
  }

 private:
  static onnx::AttributeProto& attribute(onnx::NodeProto& node,
                                         const char* name,
                                         onnx::AttributeProto::AttributeType type) {
    onnx::AttributeProto& made = *node.add_attribute();
    made.set_name(name);
    made.set_type(type);
    return made;
  }

  onnx::GraphProto& graph_;
  bool basic_operators_;
};

// kernel_shape always, although a convolution's could be read off its weight: OpenCV needs it.
void set_window(onnx::NodeProto& node, const Layer& layer, int padding) {
  GraphWriter::set_ints(node, "kernel_shape", {layer.kernel, layer.kernel});
  GraphWriter::set_ints(node, "strides", {layer.stride, layer.stride});
  GraphWriter::set_ints(node, "pads", {padding, padding, padding, padding});
}

void write_conv(GraphWriter& graph,
                const Layer& layer,
                const PlainLayer& arrays,
                const std::string& in) {
  const std::string weight = graph.constant(layer.name + ".weight", arrays.weight);
  const std::string bias = graph.constant(layer.name + ".bias", arrays.bias);
  onnx::NodeProto& node = graph.node("Conv", layer.name, {in, weight, bias});
  set_window(node, layer, layer.kernel / 2);
  GraphWriter::set_ints(node, "dilations", {1, 1});
  GraphWriter::set_int(node, "group", layer.groups);
}

void write_pool(GraphWriter& graph, const Layer& layer, const std::string& in) {
  if (layer.kind == LayerKind::max_pool) {
    set_window(graph.node("MaxPool", layer.name, {in}), layer, layer.kernel / 2);
    return;
  }
  onnx::NodeProto& node = graph.node("AveragePool", layer.name, {in});
  set_window(node, layer, 0);
  // The partial windows at the border are kept and averaged over what they cover.
  GraphWriter::set_int(node, "ceil_mode", 1);
  GraphWriter::set_int(node, "count_include_pad", 0);
}

void write_squeeze_excite(GraphWriter& graph,
                          const Layer& layer,
                          const PlainLayer& arrays,
                          const std::string& in) {
  const std::string& name = layer.name;
  Layer reduce;
  reduce.name = name + ".reduce";
  Layer expand;
  expand.name = name + ".expand";
  PlainLayer reduce_arrays;
  reduce_arrays.weight = arrays.reduce_weight;
  reduce_arrays.bias = arrays.reduce_bias;
  PlainLayer expand_arrays;
  expand_arrays.weight = arrays.expand_weight;
  expand_arrays.bias = arrays.expand_bias;
  graph.node("GlobalAveragePool", name + ".mean", {in});
  write_conv(graph, reduce, reduce_arrays, name + ".mean");
  graph.node("Relu", name + ".relu", {reduce.name});
  write_conv(graph, expand, expand_arrays, name + ".relu");
  // The gate comes first: OpenCV 4.6 broadcasts only the first factor correctly.
  graph.node("Mul", name, {graph.h_sigmoid(name + ".gate", expand.name), in});
}

void write_linear(GraphWriter& graph,
                  const Layer& layer,
                  const PlainLayer& arrays,
                  const std::string& in) {
  const std::string weight = graph.constant(layer.name + ".weight", arrays.weight);
  const std::string bias = graph.constant(layer.name + ".bias", arrays.bias);
  GraphWriter::set_int(graph.node("Flatten", layer.name + ".flatten", {in}), "axis", 1);
  onnx::NodeProto& node = graph.node("Gemm", layer.name, {layer.name + ".flatten", weight, bias});
  GraphWriter::set_int(node, "transB", 1);
}

// Returns the name of the value that leaves the layer.
std::string write_layer(GraphWriter& graph,
                        const Layer& layer,
                        const PlainLayer& arrays,
                        const std::string& in,
                        const std::string& shortcut) {
  switch (layer.kind) {
    case LayerKind::conv:
      write_conv(graph, layer, arrays, in);
      break;
    case LayerKind::squeeze_excite:
      write_squeeze_excite(graph, layer, arrays, in);
      break;
    case LayerKind::add:
      graph.node("Add", layer.name, {in, shortcut});
      break;
    case LayerKind::max_pool:
    case LayerKind::avg_pool:
      write_pool(graph, layer, in);
      break;
    case LayerKind::global_pool:
      graph.node("GlobalAveragePool", layer.name, {in});
      break;
    case LayerKind::linear:
      write_linear(graph, layer, arrays, in);
      break;
  }
  return graph.activation(layer.activation, layer.name, layer.name);
}

void set_shape(onnx::ValueInfoProto& value,
               const std::string& name,
               int batch,
               const std::vector<int>& sizes) {
  value.set_name(name);
  auto& tensor = *value.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(onnx::TensorProto::FLOAT);
  auto& shape = *tensor.mutable_shape();
  if (batch > 0) {
    shape.add_dim()->set_dim_value(batch);
  } else {
    shape.add_dim()->set_dim_param(kBatchDimension);
  }
  for (const int size : sizes) shape.add_dim()->set_dim_value(size);
}

void write_graph(const PlainNetwork& network, const OnnxOptions& options, onnx::GraphProto& graph) {
  const LayerPlan& plan = network.plan;
  graph.set_name(options.graph_name);
  set_shape(*graph.add_input(),
            kInputName,
            options.batch,
            {plan.input_channels, plan.resolution, plan.resolution});
  GraphWriter writer(graph, options.basic_operators);
  Names values;
  const auto value = [&values](int producer) {
    return producer == kNetworkInput ? std::string(kInputName)
                                     : values[static_cast<std::size_t>(producer)];
  };
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    const Layer& layer = plan.layers[i];
    values.push_back(
        write_layer(writer, layer, network.layers[i], value(layer.input), value(layer.shortcut)));
    // Stating the plan's shapes makes the check compare them with what the operators imply.
    if (layer.kind != LayerKind::linear) {
      set_shape(*graph.add_value_info(),
                values.back(),
                options.batch,
                {layer.out_channels, layer.out_size, layer.out_size});
    }
  }
  graph.mutable_node(graph.node_size() - 1)->set_output(0, kOutputName);
  set_shape(*graph.add_output(), kOutputName, options.batch, {plan.classes});
}

onnx::ModelProto make_model(const PlainNetwork& network, const OnnxOptions& options) {
  onnx::ModelProto model;
  model.set_ir_version(kOnnxIrVersion);
  model.set_producer_name("coppice");
  model.set_producer_version(options.producer_version);
  onnx::OperatorSetIdProto& opset = *model.add_opset_import();
  opset.set_domain("");
  opset.set_version(kOnnxOpset);
  for (const auto& [key, value] : options.metadata) {
    onnx::StringStringEntryProto& entry = *model.add_metadata_props();
    entry.set_key(key);
    entry.set_value(value);
  }
  write_graph(network, options, *model.mutable_graph());
  return model;
}

}  // namespace

void write_onnx(const PlainNetwork& network,
                const OnnxOptions& options,
                const std::filesystem::path& path) {
  require_usage(options.batch >= 0,
                "ONNX batch = ",
                options.batch,
                ", must be > 0, or 0 for a file that accepts any batch");
  const onnx::ModelProto model = make_model(fold_batch_norm(network), options);
  const auto temporary = temporary_beside(path);
  try {
    write_text_file(temporary, model.SerializeAsString());
    static_cast<void>(check_onnx_file(temporary));
    publish_file(temporary, path);
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    throw;
  }
}

}  // namespace coppice

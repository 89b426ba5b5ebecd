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
  GraphWriter(onnx::GraphProto& graph, const OnnxOptions& options)
      : graph_(graph), options_(options) {}

  onnx::NodeProto& node(const std::string& kind, const std::string& name, const Names& inputs) {
    onnx::NodeProto& made = *graph_.add_node();
    made.set_op_type(kind);
    made.set_name(name);
    for (const std::string& input : inputs) made.add_input(input);
    made.add_output(name);
    return made;
  }

  std::string constant(const std::string& name, const PlainTensor& tensor) {
    return constant(name, tensor.shape, tensor.values, onnx::TensorProto::FLOAT);
  }

  // One constant for all its readers.
  std::string scalar(const std::string& name, double value) {
    return has_constant(name) ? name : constant(name, {{}, {static_cast<float>(value)}});
  }

  // clip(x / 6 + 1 / 2, 0, 1)
  std::string h_sigmoid(const std::string& name, const std::string& input) {
    if (!options_.basic_operators) {
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
      const std::string x = quantized(input);
      node("Mul", name, {h_sigmoid(layer + ".h_sigmoid", x), x});
    }
    return name;
  }

  // The value as its readers get it: through 8 bits and back where it has a range.
  std::string quantized(const std::string& value) {
    const auto range = options_.ranges.find(value);
    if (range == options_.ranges.end()) return value;
    const ValueScale to = scale_of(range->second);
    const Names parameters{
        constant(value + ".scale", {}, std::vector<float>{to.scale}, onnx::TensorProto::FLOAT),
        zero_point(value, to.zero_point)};
    const std::string rounded = value + ".q";
    std::string back = value + ".dq";
    node("QuantizeLinear", rounded, {value, parameters[0], parameters[1]});
    node("DequantizeLinear", back, {rounded, parameters[0], parameters[1]});
    scales_[back] = to.scale;
    return back;
  }

  // The names of a layer's weight and bias; in 8 and 32 bits where its input is quantised.
  Names weights(const std::string& layer,
                const PlainTensor& weight,
                const PlainTensor& bias,
                const std::string& input) {
    const auto scale = scales_.find(input);
    if (scale == scales_.end()) {
      return {constant(layer + ".weight", weight), constant(layer + ".bias", bias)};
    }
    const QuantizedWeight to = quantize_weight(weight, bias, scale->second);
    std::vector<float> bias_scales;
    for (const float channel : to.scales) bias_scales.push_back(channel * scale->second);
    return {dequantized_constant(
                layer + ".weight", to.shape, to.values, onnx::TensorProto::INT8, to.scales),
            dequantized_constant(
                layer + ".bias", bias.shape, to.bias, onnx::TensorProto::INT32, bias_scales)};
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
  [[nodiscard]] bool has_constant(const std::string& name) const {
    for (const onnx::TensorProto& known : graph_.initializer()) {
      if (known.name() == name) return true;
    }
    return false;
  }

  // Values that are nowhere negative share theirs. ONNX would let it be left out, but ONNX Runtime
  // 1.30 then refuses the file: it merges nodes under one name.
  std::string zero_point(const std::string& value, std::uint8_t zero) {
    std::string name = zero == 0 ? "zero_point" : value + ".zero_point";
    if (has_constant(name)) return name;
    return constant(name, {}, std::vector<std::uint8_t>{zero}, onnx::TensorProto::UINT8);
  }

  template <class Value>
  std::string constant(const std::string& name,
                       const std::vector<std::int64_t>& shape,
                       const std::vector<Value>& values,
                       onnx::TensorProto::DataType type) {
    onnx::TensorProto& made = *graph_.add_initializer();
    made.set_name(name);
    made.set_data_type(type);
    for (const std::int64_t size : shape) made.add_dims(size);
    // ONNX stores raw data in little-endian order, which is that of every machine supported here.
    made.set_raw_data(values.data(), values.size() * sizeof(Value));
    return name;
  }

  // Integers with a scale for each first index; the zero points that are left out are 0.
  template <class Integer>
  std::string dequantized_constant(const std::string& name,
                                   const std::vector<std::int64_t>& shape,
                                   const std::vector<Integer>& values,
                                   onnx::TensorProto::DataType type,
                                   const std::vector<float>& scales) {
    const std::vector<std::int64_t> channels{static_cast<std::int64_t>(scales.size())};
    const Names inputs{constant(name + ".q", shape, values, type),
                       constant(name + ".scale", channels, scales, onnx::TensorProto::FLOAT)};
    set_int(node("DequantizeLinear", name, inputs), "axis", 0);
    return name;
  }

  static onnx::AttributeProto& attribute(onnx::NodeProto& node,
                                         const char* name,
                                         onnx::AttributeProto::AttributeType type) {
    onnx::AttributeProto& made = *node.add_attribute();
    made.set_name(name);
    made.set_type(type);
    return made;
  }

  onnx::GraphProto& graph_;
  const OnnxOptions& options_;
  std::map<std::string, float> scales_;  // of dequantised values
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
  const Names weights = graph.weights(layer.name, arrays.weight, arrays.bias, in);
  onnx::NodeProto& node = graph.node("Conv", layer.name, {in, weights[0], weights[1]});
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
  write_conv(graph, reduce, reduce_arrays, graph.quantized(name + ".mean"));
  graph.node("Relu", name + ".relu", {reduce.name});
  write_conv(graph, expand, expand_arrays, graph.quantized(name + ".relu"));
  const std::string gate = graph.h_sigmoid(name + ".gate", graph.quantized(expand.name));
  // The gate comes first: OpenCV 4.6 broadcasts only the first factor correctly.
  graph.node("Mul", name, {gate, in});
}

void write_linear(GraphWriter& graph,
                  const Layer& layer,
                  const PlainLayer& arrays,
                  const std::string& in) {
  GraphWriter::set_int(graph.node("Flatten", layer.name + ".flatten", {in}), "axis", 1);
  const std::string flat = graph.quantized(layer.name + ".flatten");
  const Names weights = graph.weights(layer.name, arrays.weight, arrays.bias, flat);
  onnx::NodeProto& node = graph.node("Gemm", layer.name, {flat, weights[0], weights[1]});
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
  return graph.quantized(graph.activation(layer.activation, layer.name, layer.name));
}

// Sizes of -1 are open, under the names given for them.
void set_shape(onnx::ValueInfoProto& value,
               const std::string& name,
               const std::vector<int>& sizes,
               const Names& open = {kBatchDimension}) {
  value.set_name(name);
  auto& tensor = *value.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(onnx::TensorProto::FLOAT);
  auto next_open = open.begin();
  for (const int size : sizes) {
    auto& dim = *tensor.mutable_shape()->add_dim();
    if (size >= 0) {
      dim.set_dim_value(size);
    } else {
      dim.set_dim_param(*next_open++);
    }
  }
}

void write_graph(const PlainNetwork& network, const OnnxOptions& options, onnx::GraphProto& graph) {
  const LayerPlan& plan = network.plan;
  const int batch = options.batch > 0 ? options.batch : -1;
  const int size = options.open_size ? -1 : plan.resolution;
  const Names open = options.batch > 0 ? Names{kHeightDimension, kWidthDimension}
                                       : Names{kBatchDimension, kHeightDimension, kWidthDimension};
  graph.set_name(options.graph_name);
  set_shape(*graph.add_input(), kInputName, {batch, plan.input_channels, size, size}, open);
  GraphWriter writer(graph, options);
  Names values{writer.quantized(kInputName)};
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    const Layer& layer = plan.layers[i];
    const auto value = [&values](int producer) { return values[value_index(producer)]; };
    values.push_back(
        write_layer(writer, layer, network.layers[i], value(layer.input), value(layer.shortcut)));
    // Stating the plan's shapes makes the check compare them with what the operators imply; in a
    // small 8-bit file they would weigh more than they tell.
    if (layer.kind != LayerKind::linear && !options.open_size && options.ranges.empty()) {
      set_shape(*graph.add_value_info(),
                values.back(),
                {batch, layer.out_channels, layer.out_size, layer.out_size});
    }
  }
  graph.mutable_node(graph.node_size() - 1)->set_output(0, kOutputName);
  set_shape(*graph.add_output(), kOutputName, {batch, plan.classes});
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

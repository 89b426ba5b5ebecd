#include <algorithm>
#include <utility>

#include "export/spiking/nir_file.hpp"
#include "supernet/base/hdf5_file.hpp"

namespace coppice {
namespace {

constexpr const char* kNirVersion = "1.0.8";

std::size_t count(int n) { return static_cast<std::size_t>(n); }

bool is_depthwise(const SpikingNode& node) {
  return node.kind == SpikingKind::conv && node.groups > 1;
}

// A factor a channel and nothing else.
bool is_scale(const SpikingNode& node) {
  return is_depthwise(node) && node.kernel == 1 && node.stride == 1 &&
         std::all_of(node.bias.begin(), node.bias.end(), [](float b) { return b == 0; });
}

// Names of groups in Python frameworks become names of modules, which have no dots.
std::string nir_name(std::string name) {
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

class NirWriter {
 public:
  NirWriter(const SpikingNetwork& network,
            const NirOptions& options,
            const std::filesystem::path& path)
      : network_(network), options_(options), file_(path) {}

  void run() {
    file_.pack_numbers();
    file_.scalar("/version", std::string(kNirVersion));
    file_.scalar("/node/type", std::string("NIRGraph"));
    for (std::size_t i = 0; i < network_.nodes.size(); ++i) write_node(i);
    write_edges();
    write_metadata();
    if (options_.check) write_check(*options_.check);
    file_.publish();
  }

 private:
  [[nodiscard]] const SpikingNode& source(const SpikingNode& node) const {
    return network_.nodes[count(node.inputs.front())];
  }

  void write_node(std::size_t index) {
    const SpikingNode& node = network_.nodes[index];
    const std::string place = "/node/nodes/" + nir_name(node.name) + "/";
    if (node.kind == SpikingKind::input) {
      type(place, "Input");
      integers(place + "shape", {node.channels, node.size, node.size});
    } else if (node.kind == SpikingKind::neurons) {
      write_neurons(node, place);
    } else if (node.kind == SpikingKind::sum_pool) {
      const std::int64_t size = source(node).size;
      type(place, "SumPool2d");
      integers(place + "kernel_size", {size, size});
      integers(place + "stride", {size, size});
      integers(place + "padding", {0, 0});
    } else if (index + 1 == network_.nodes.size()) {
      write_readout(node, place);
    } else if (is_scale(node)) {
      type(place, "Scale");
      full(place + "scale", node, node.weight);
    } else {
      write_conv(node, place);
    }
  }

  void type(const std::string& place, const std::string& name) {
    file_.scalar(place + "type", name);
  }

  void integers(const std::string& name, const std::vector<std::int64_t>& values) {
    file_.write(name, values);
  }

  // One value for each neuron, from one a channel.
  void full(const std::string& name, const SpikingNode& node, const std::vector<float>& channels) {
    const std::size_t pixels = count(node.size) * count(node.size);
    std::vector<float> values;
    for (const float value : channels) values.insert(values.end(), pixels, value);
    file_.write(name, values, {count(node.channels), count(node.size), count(node.size)});
  }

  void write_neurons(const SpikingNode& node, const std::string& place) {
    type(place, "IF");
    full(place + "r", node, std::vector<float>(count(node.channels), 1));
    full(place + "v_threshold", node, std::vector<float>(count(node.channels), 1));
    full(place + "v_reset", node, std::vector<float>(count(node.channels), 0));
  }

  void write_conv(const SpikingNode& node, const std::string& place) {
    const bool expand = is_depthwise(node) && options_.expand_depthwise;
    const std::size_t area = count(node.kernel) * count(node.kernel);
    const std::size_t inputs = count(expand ? node.in_channels : node.in_channels / node.groups);
    std::vector<float> weight = node.weight;
    if (expand) {
      weight.assign(count(node.channels) * inputs * area, 0);
      for (std::size_t c = 0; c < inputs; ++c) {
        std::copy_n(&node.weight[c * area], area, &weight[(c * inputs + c) * area]);
      }
    }
    type(place, "Conv2d");
    integers(place + "input_shape", {source(node).size, source(node).size});
    file_.write(place + "weight",
                weight,
                {count(node.channels), inputs, count(node.kernel), count(node.kernel)});
    integers(place + "stride", {node.stride, node.stride});
    integers(place + "padding", {node.kernel / 2, node.kernel / 2});
    integers(place + "dilation", {1, 1});
    file_.scalar(place + "groups", std::int64_t{expand ? 1 : node.groups});
    file_.write(place + "bias", node.bias);
  }

  // The logits: Flatten, Affine, Output.
  void write_readout(const SpikingNode& node, const std::string& place) {
    type("/node/nodes/flatten/", "Flatten");
    file_.scalar("/node/nodes/flatten/start_dim", std::int64_t{0});
    file_.scalar("/node/nodes/flatten/end_dim", std::int64_t{-1});
    integers("/node/nodes/flatten/input_type", {node.in_channels, 1, 1});
    type(place, "Affine");
    file_.write(place + "weight", node.weight, {count(node.channels), count(node.in_channels)});
    file_.write(place + "bias", node.bias);
    type("/node/nodes/output/", "Output");
    integers("/node/nodes/output/shape", {node.channels});
  }

  void write_edges() {
    std::vector<std::string> edges;
    const auto add = [&edges](const std::string& from, const std::string& to) {
      edges.push_back(from);
      edges.push_back(to);
    };
    for (const SpikingNode& node : network_.nodes) {
      const bool last = &node == &network_.nodes.back();
      for (const int input : node.inputs) {
        add(nir_name(network_.nodes[count(input)].name), last ? "flatten" : nir_name(node.name));
      }
    }
    const std::string readout = nir_name(network_.nodes.back().name);
    add("flatten", readout);
    add(readout, "output");
    file_.variable_text("/node/edges", edges, {edges.size() / 2, 2});
  }

  void write_metadata() {
    const std::string place = "/node/metadata/";
    file_.scalar(place + "producer", options_.producer);
    file_.scalar(place + "timesteps", std::int64_t{options_.timesteps});
    file_.scalar(place + "dt", 1.0);
    file_.scalar(place + "reset_mechanism", std::string("subtract"));
    file_.scalar(place + "spike_condition", std::string("v >= v_threshold"));
    file_.scalar(place + "v_init", kStartPotential);
    file_.scalar(place + "input_coding", std::string("the same image in every timestep"));
    file_.scalar(place + "readout",
                 std::string("mean of the output without the first timesteps / 4"));
    if (!options_.input_mean.empty()) {
      file_.write(place + "input_mean", options_.input_mean);
      file_.write(place + "input_deviation", options_.input_deviation);
    }
  }

  void write_check(const NirCheck& check) {
    const std::string place = "/node/metadata/";
    const SpikingNode& input = network_.nodes.front();
    const std::size_t images = count(check.images);
    std::vector<std::string> names;
    for (const int node : neuron_nodes(network_)) {
      names.push_back(nir_name(network_.nodes[count(node)].name));
    }
    file_.scalar(place + "check_timesteps", std::int64_t{check.timesteps});
    file_.write(place + "check_inputs",
                check.inputs,
                {images, count(input.channels), count(input.size), count(input.size)});
    file_.write(
        place + "check_logits", check.logits, {images, count(network_.nodes.back().channels)});
    file_.variable_text(place + "check_nodes", names, {names.size()});
    file_.write(place + "check_spikes", check.spikes, {names.size(), images});
  }

  const SpikingNetwork& network_;
  const NirOptions& options_;
  Hdf5Writer file_;
};

}  // namespace

void write_nir(const SpikingNetwork& network,
               const NirOptions& options,
               const std::filesystem::path& path) {
  check_spiking_network(network);
  NirWriter(network, options, path).run();
}

std::size_t expansion_bytes(const SpikingNetwork& network) {
  std::size_t bytes = 0;
  for (const SpikingNode& node : network.nodes) {
    if (!is_depthwise(node) || is_scale(node)) continue;
    bytes += node.weight.size() * (count(node.channels) - 1) * sizeof(float);
  }
  return bytes;
}

}  // namespace coppice

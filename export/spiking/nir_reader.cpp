#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "export/spiking/nir_file.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/hdf5_file.hpp"

namespace coppice {
namespace {

std::size_t count(int n) { return static_cast<std::size_t>(n); }

// A dense kernel that is zero beside the diagonal is a depthwise one.
bool diagonal(const SpikingNode& node) {
  if (node.groups != 1 || node.channels != node.in_channels || node.channels == 1) return false;
  const std::size_t area = count(node.kernel) * count(node.kernel);
  const std::size_t channels = count(node.channels);
  for (std::size_t i = 0; i < node.weight.size(); ++i) {
    const std::size_t kernel = i / area;
    if (kernel / channels != kernel % channels && node.weight[i] != 0) return false;
  }
  return true;
}

void make_depthwise(SpikingNode& node) {
  const std::size_t area = count(node.kernel) * count(node.kernel);
  const std::size_t channels = count(node.channels);
  std::vector<float> weight(channels * area);
  for (std::size_t c = 0; c < channels; ++c) {
    std::copy_n(&node.weight[(c * channels + c) * area], area, &weight[c * area]);
  }
  node.weight = std::move(weight);
  node.groups = node.in_channels;
}

class NirReader {
 public:
  explicit NirReader(const std::filesystem::path& path) : file_(path) {}

  NirNetwork run() {
    require(file_.contains("/node/type") && text_at("/node/type") == "NIRGraph",
            file_.path().string(),
            " is no NIR file: it has no graph");
    check_metadata();
    read_edges();
    for (const std::string& name : sorted_names()) read_node(name);
    check_spiking_network(out_.network);
    out_.timesteps = static_cast<int>(integer("/node/metadata/timesteps"));
    if (file_.contains("/node/metadata/check_spikes")) read_check();
    return std::move(out_);
  }

 private:
  [[noreturn]] void fail(const std::string& name, const std::string& why) const {
    throw Error(text(file_.path().string(), ": node '", name, "' ", why));
  }

  template <class T>
  [[nodiscard]] T single(const std::string& name) const {
    const std::vector<T> values = file_.read<T>(name);
    require(values.size() == 1, file_.path().string(), ": '", name, "' is not a single value");
    return values.front();
  }
  [[nodiscard]] std::string text_at(const std::string& name) const {
    return single<std::string>(name);
  }
  [[nodiscard]] std::int64_t integer(const std::string& name) const {
    return single<std::int64_t>(name);
  }

  // The two values of a pair that must be equal.
  [[nodiscard]] int both(const std::string& node, const std::string& field) const {
    const auto values = file_.read<std::int64_t>("/node/nodes/" + node + "/" + field);
    if (values.size() != 2 || values[0] != values[1]) {
      fail(node, "needs the same " + field + " for height and width");
    }
    return static_cast<int>(values[0]);
  }

  void check_metadata() const {
    const std::string place = "/node/metadata/";
    for (const char* needed : {"reset_mechanism", "v_init", "timesteps"}) {
      require(file_.contains(place + needed),
              file_.path().string(),
              " has no metadata '",
              needed,
              "': it was not written by coppice, and what its neurons do is not known");
    }
    const std::string reset = text_at(place + "reset_mechanism");
    require(reset == "subtract",
            file_.path().string(),
            ": reset_mechanism = ",
            reset,
            ", must be subtract");
    const auto start = single<double>(place + "v_init");
    require(start == kStartPotential,
            file_.path().string(),
            ": v_init = ",
            start,
            ", must be ",
            kStartPotential);
  }

  void read_edges() {
    const auto shape = file_.shape("/node/edges");
    const auto edges = file_.read<std::string>("/node/edges");
    require(shape.size() == 2 && shape[1] == 2,
            file_.path().string(),
            ": the edges are not a list of pairs");
    for (std::size_t i = 0; i < edges.size(); i += 2) {
      inputs_[edges[i + 1]].push_back(edges[i]);
    }
  }

  // Every node after its inputs, as NIR lists nodes and edges in any order.
  std::vector<std::string> sorted_names() const {
    std::vector<std::string> sorted;
    std::set<std::string> done;
    std::vector<std::string> waiting = file_.names("/node/nodes");
    while (!waiting.empty()) {
      const auto ready =
          std::stable_partition(waiting.begin(), waiting.end(), [&](const std::string& name) {
            const auto inputs = inputs_.find(name);
            return inputs != inputs_.end() && !std::all_of(inputs->second.begin(),
                                                           inputs->second.end(),
                                                           [&done](const std::string& input) {
                                                             return done.count(input) > 0;
                                                           });
          });
      if (ready == waiting.end()) fail(waiting.front(), "waits for itself or for a missing node");
      done.insert(ready, waiting.end());
      sorted.insert(sorted.end(), ready, waiting.end());
      waiting.erase(ready, waiting.end());
    }
    return sorted;
  }

  // Flatten and Output change nothing here: their readers read what they read.
  void read_node(const std::string& name) {
    const std::string type = text_at("/node/nodes/" + name + "/type");
    std::vector<int> inputs;
    for (const std::string& input : inputs_[name]) {
      const std::vector<int>& places = places_.at(input);
      inputs.insert(inputs.end(), places.begin(), places.end());
    }
    if (type == "Flatten" || type == "Output") {
      places_[name] = inputs;
      return;
    }
    SpikingNode node;
    node.name = name;
    node.inputs = inputs;
    if (type == "Input") {
      read_input(node);
    } else {
      if (inputs.empty()) fail(name, "has no input");
      const SpikingNode& source = out_.network.nodes[count(inputs.front())];
      read_typed(node, type, source);
    }
    out_.network.nodes.push_back(std::move(node));
    places_[name] = {static_cast<int>(out_.network.nodes.size()) - 1};
  }

  void read_typed(SpikingNode& node, const std::string& type, const SpikingNode& source) const {
    node.channels = source.channels;
    node.size = source.size;
    if (type == "IF") {
      read_neurons(node);
    } else if (type == "SumPool2d") {
      node.kind = SpikingKind::sum_pool;
      node.size = 1;
      if (both(node.name, "kernel_size") != source.size || both(node.name, "padding") != 0) {
        fail(node.name, "is not a pool over the whole map");
      }
    } else if (type == "Scale") {
      read_scale(node);
    } else if (type == "Conv2d") {
      read_conv(node, source);
    } else if (type == "Affine") {
      read_affine(node, source);
    } else {
      fail(node.name, "is of type " + type + ", which coppice does not run");
    }
  }

  void read_input(SpikingNode& node) const {
    const auto shape = file_.read<std::int64_t>("/node/nodes/" + node.name + "/shape");
    if (shape.size() != 3 || shape[1] != shape[2]) fail(node.name, "is not a square image");
    node.channels = static_cast<int>(shape[0]);
    node.size = static_cast<int>(shape[1]);
  }

  void read_neurons(SpikingNode& node) const {
    node.kind = SpikingKind::neurons;
    const std::vector<std::pair<const char*, float>> needed{
        {"r", 1.0F}, {"v_threshold", 1.0F}, {"v_reset", 0.0F}};
    const std::vector<std::size_t> shape{count(node.channels), count(node.size), count(node.size)};
    for (const auto& [field, value] : needed) {
      const std::string place = "/node/nodes/" + node.name + "/" + field;
      const auto values = file_.read<float>(place);
      const float wanted = value;
      const bool same = std::all_of(
          values.begin(), values.end(), [wanted](float found) { return found == wanted; });
      if (file_.shape(place) != shape) fail(node.name, "has other neurons than inputs");
      if (!same) fail(node.name, text("needs ", field, " = ", value, " for every neuron"));
    }
  }

  void read_scale(SpikingNode& node) const {
    node.kind = SpikingKind::conv;
    node.in_channels = node.groups = node.channels;
    const auto values = file_.read<float>("/node/nodes/" + node.name + "/scale");
    const std::size_t pixels = count(node.size) * count(node.size);
    if (values.size() != count(node.channels) * pixels) fail(node.name, "does not fit its input");
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i] != values[i - i % pixels]) fail(node.name, "needs one factor a channel");
      if (i % pixels == 0) node.weight.push_back(values[i]);
    }
    node.bias.assign(count(node.channels), 0);
  }

  void read_conv(SpikingNode& node, const SpikingNode& source) const {
    const std::string place = "/node/nodes/" + node.name + "/";
    node.kind = SpikingKind::conv;
    const auto shape = file_.shape(place + "weight");
    if (shape.size() != 4 || shape[2] != shape[3]) fail(node.name, "has no square kernels");
    node.weight = file_.read<float>(place + "weight");
    node.bias = file_.read<float>(place + "bias");
    node.groups = static_cast<int>(integer(place + "groups"));
    node.channels = static_cast<int>(shape[0]);
    node.in_channels = static_cast<int>(shape[1]) * node.groups;
    node.kernel = static_cast<int>(shape[2]);
    node.stride = both(node.name, "stride");
    if (node.stride < 1 || both(node.name, "padding") != node.kernel / 2 ||
        both(node.name, "dilation") != 1) {
      fail(node.name, "needs a padding of half its kernel, a stride >= 1 and no dilation");
    }
    node.size = (source.size - 1) / node.stride + 1;
    if (diagonal(node)) make_depthwise(node);
  }

  void read_affine(SpikingNode& node, const SpikingNode& source) const {
    const std::string place = "/node/nodes/" + node.name + "/";
    node.kind = SpikingKind::conv;
    const auto shape = file_.shape(place + "weight");
    if (shape.size() != 2 || source.size != 1) fail(node.name, "does not read a vector");
    node.weight = file_.read<float>(place + "weight");
    node.bias = file_.read<float>(place + "bias");
    node.channels = static_cast<int>(shape[0]);
    node.in_channels = static_cast<int>(shape[1]);
  }

  // The file lists neuron nodes in its writer's order, the network here in its own.
  void read_check() {
    const std::string place = "/node/metadata/";
    NirCheck check;
    const auto shape = file_.shape(place + "check_inputs");
    const auto names = file_.read<std::string>(place + "check_nodes");
    const auto spikes = file_.read<std::int64_t>(place + "check_spikes");
    const std::vector<int> nodes = neuron_nodes(out_.network);
    require(shape.size() == 4 && names.size() == nodes.size() &&
                spikes.size() == names.size() * shape[0],
            file_.path().string(),
            ": the stored check does not belong to its graph");
    check.images = static_cast<int>(shape[0]);
    check.timesteps = static_cast<int>(integer(place + "check_timesteps"));
    check.inputs = file_.read<float>(place + "check_inputs");
    check.logits = file_.read<double>(place + "check_logits");
    for (const int node : nodes) {
      const std::string& name = out_.network.nodes[count(node)].name;
      const auto found = std::find(names.begin(), names.end(), name);
      if (found == names.end()) fail(name, "is missing in the stored check");
      const auto row = (found - names.begin()) * static_cast<std::ptrdiff_t>(shape[0]);
      check.spikes.insert(check.spikes.end(),
                          spikes.begin() + row,
                          spikes.begin() + row + static_cast<std::ptrdiff_t>(shape[0]));
    }
    out_.check = std::move(check);
  }

  Hdf5Reader file_;
  std::map<std::string, std::vector<std::string>> inputs_;  // names by name of the reader
  std::map<std::string, std::vector<int>> places_;          // what stands for a node in the network
  NirNetwork out_;
};

}  // namespace

NirNetwork read_nir(const std::filesystem::path& path) { return NirReader(path).run(); }

}  // namespace coppice

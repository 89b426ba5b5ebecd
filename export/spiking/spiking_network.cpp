#include "export/spiking/spiking_network.hpp"

#include <algorithm>
#include <cmath>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

// Bits of the significand.
constexpr double kFloatSteps = 16777216.0;           // 2^24
constexpr double kDoubleSteps = 9007199254740992.0;  // 2^53

[[noreturn]] void fail(const SpikingNode& node, const std::string& why) {
  throw Error("spiking network: node '" + node.name + "' " + why);
}

void check_conv(const SpikingNode& node, const SpikingNode& source) {
  const bool depthwise = node.groups > 1 && node.groups == node.in_channels;
  if (node.groups != 1 && !(depthwise && node.channels == node.in_channels)) {
    fail(node, "has groups that are neither 1 nor one a channel");
  }
  if (node.kernel < 1 || node.kernel % 2 == 0 || node.stride < 1) {
    fail(node, "needs an odd kernel and a stride of at least 1");
  }
  if (source.channels != node.in_channels) {
    fail(node,
         text("takes ",
              node.in_channels,
              " channels, but '",
              source.name,
              "' gives ",
              source.channels));
  }
  if (node.size != (source.size - 1) / node.stride + 1) {
    fail(node, text("has the size ", node.size, ", which does not follow from ", source.size));
  }
  const auto kernels = static_cast<std::size_t>(node.channels) *
                       static_cast<std::size_t>(node.in_channels / node.groups);
  if (node.weight.size() != kernels * static_cast<std::size_t>(node.kernel * node.kernel) ||
      node.bias.size() != static_cast<std::size_t>(node.channels)) {
    fail(node, "has weights or biases that do not fit its shape");
  }
}

void check_node(const SpikingNetwork& network, std::size_t index) {
  const SpikingNode& node = network.nodes[index];
  if (node.channels < 1 || node.size < 1) fail(node, "is empty");
  if ((node.kind == SpikingKind::input) != (index == 0)) {
    fail(node, "is an input in the wrong place");
  }
  if (index == 0) return;
  if (node.inputs.empty()) fail(node, "has no input");
  for (const int input : node.inputs) {
    if (input < 0 || input >= static_cast<int>(index)) fail(node, "reads a node that comes later");
  }
  const SpikingNode& source = network.nodes[static_cast<std::size_t>(node.inputs.front())];
  for (const int input : node.inputs) {
    const SpikingNode& other = network.nodes[static_cast<std::size_t>(input)];
    if (other.channels != source.channels || other.size != source.size) {
      fail(node, text("adds '", source.name, "' and '", other.name, "', whose shapes differ"));
    }
  }
  if (node.kind == SpikingKind::conv) check_conv(node, source);
  if (node.kind == SpikingKind::sum_pool && (node.size != 1 || node.channels != source.channels)) {
    fail(node, "is a pool over the whole map, so its size must be 1");
  }
  if (node.kind == SpikingKind::neurons &&
      (node.size != source.size || node.channels != source.channels)) {
    fail(node, "has other neurons than inputs");
  }
}

// Binary places that all values have at most; kWeightBits + 1 when that is not enough.
int places(const std::vector<float>& values) {
  const auto whole = [&values](int bits) {
    const double steps = std::ldexp(1.0, bits);
    return std::all_of(values.begin(), values.end(), [steps](float value) {
      return double{value} * steps == std::floor(double{value} * steps);
    });
  };
  int bits = 0;
  while (bits <= kWeightBits && !whole(bits)) ++bits;
  return bits;
}

// What a value can be at most, and its finest step as a number of binary places.
struct Range {
  double largest = 0;
  int bits = 0;
};

double largest_row(const SpikingNode& node, double largest_input) {
  const std::size_t row = node.weight.size() / node.bias.size();
  double largest = 0;
  for (std::size_t c = 0; c < node.bias.size(); ++c) {
    double sum = 0;
    for (std::size_t i = c * row; i < (c + 1) * row; ++i) sum += std::abs(double{node.weight[i]});
    largest = std::max(largest, sum * largest_input + std::abs(double{node.bias[c]}));
  }
  return largest;
}

Range sum_of(const SpikingNode& node, const std::vector<Range>& ranges) {
  Range sum;
  for (const int input : node.inputs) {
    const Range& range = ranges[static_cast<std::size_t>(input)];
    sum.largest += range.largest;
    sum.bits = std::max(sum.bits, range.bits);
  }
  return sum;
}

}  // namespace

void check_spiking_network(const SpikingNetwork& network) {
  require(network.nodes.size() >= 2, "spiking network: it has no nodes");
  for (std::size_t i = 0; i < network.nodes.size(); ++i) check_node(network, i);
  const SpikingNode& last = network.nodes.back();
  if (last.kind != SpikingKind::conv || last.size != 1) fail(last, "cannot be the logits");
}

long exact_timesteps(const SpikingNetwork& network, double largest_input) {
  std::vector<Range> ranges;
  double timesteps = 1e9;
  for (const SpikingNode& node : network.nodes) {
    Range range{largest_input, kInputBits};
    if (node.kind != SpikingKind::input) range = sum_of(node, ranges);
    if (node.kind == SpikingKind::sum_pool) {
      const SpikingNode& source = network.nodes[static_cast<std::size_t>(node.inputs.front())];
      range.largest *= source.size * source.size;
    }
    if (node.kind == SpikingKind::conv) {
      const int bits = places(node.weight);
      if (bits > kWeightBits || places(node.bias) > kWeightBits) return 0;
      // The simulator convolves spikes in float, everything else in double.
      const bool spikes = range.bits == 0 && range.largest == 1;
      range.largest = largest_row(node, range.largest);
      range.bits = std::max(range.bits + bits, places(node.bias));
      if (range.largest * std::ldexp(1.0, range.bits) > (spikes ? kFloatSteps : kDoubleSteps)) {
        return 0;
      }
    }
    const bool adds_up = node.kind == SpikingKind::neurons || &node == &network.nodes.back();
    if (adds_up) {
      const double step = std::ldexp(1.0, range.bits);
      timesteps = std::min(timesteps, kDoubleSteps / step / (range.largest + 1));
    }
    if (node.kind == SpikingKind::neurons) range = {1, 0};
    ranges.push_back(range);
  }
  return static_cast<long>(timesteps);
}

std::vector<int> neuron_nodes(const SpikingNetwork& network) {
  std::vector<int> found;
  for (std::size_t i = 0; i < network.nodes.size(); ++i) {
    if (network.nodes[i].kind == SpikingKind::neurons) found.push_back(static_cast<int>(i));
  }
  return found;
}

}  // namespace coppice

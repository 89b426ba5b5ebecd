#include "export/spiking/energy.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace coppice {
namespace {

constexpr double kAddressBytes = 4;  // of a spike on its way

// Rows of the input that the kernel meets, summed over the rows of the output.
double rows_met(const Layer& layer) {
  double met = 0;
  for (int o = 0; o < layer.out_size; ++o) {
    const int centre = o * layer.stride;
    const int first = std::max(0, centre - layer.kernel / 2);
    const int last = std::min(layer.in_size - 1, centre + layer.kernel / 2);
    met += last - first + 1;
  }
  return met;
}

double area(int size) { return static_cast<double>(size) * size; }

// A convolution or a fully connected layer of the ANN.
EnergyPair multiplying(const Layer& layer, const Arithmetic& a) {
  const double per_pixel = static_cast<double>(layer.in_channels) / layer.groups;
  const double rows = rows_met(layer);
  const double macs = rows * rows * per_pixel * layer.out_channels;
  const double weights = per_pixel * layer.out_channels * area(layer.kernel);
  const double inputs = layer.in_channels * area(layer.in_size);
  const double outputs = layer.out_channels * area(layer.out_size);
  EnergyPair energy{macs * a.mac_pj, 0};
  energy.memory = energy.operations + macs * a.weight_bytes * access_pj(weights * a.weight_bytes) +
                  macs * a.activation_bytes * access_pj(inputs * a.activation_bytes) +
                  outputs * a.activation_bytes * access_pj(outputs * a.activation_bytes);
  return energy;
}

// A shortcut's addition or a pool: additions of values that are read, and what is written.
double adding(const Layer& layer, const Arithmetic& a) {
  const double operands = layer.kind == LayerKind::add ? 2 : 1;
  const double read = operands * layer.in_channels * area(layer.in_size);
  const double written = layer.out_channels * area(layer.out_size);
  const double bytes = a.activation_bytes;
  return read * a.add_pj + read * bytes * access_pj(read * bytes) +
         written * bytes * access_pj(written * bytes);
}

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

double neurons_of(const SpikingNode& node) { return node.channels * area(node.size); }

}  // namespace

double access_pj(double memory_bytes) {
  struct Point {
    double bytes;
    double pj;
  };
  constexpr std::array<Point, 4> points{{{0, 0}, {8192, 1.25}, {32768, 2.5}, {1048576, 12.5}}};
  constexpr double kDram = 160;
  std::size_t i = 1;
  while (i + 1 < points.size() && memory_bytes > points[i].bytes) ++i;
  const Point& low = points[i - 1];
  const Point& high = points[i];
  const double slope = (high.pj - low.pj) / (high.bytes - low.bytes);
  return std::min(kDram, low.pj + (memory_bytes - low.bytes) * slope);
}

EnergyPair ann_energy(const LayerPlan& plan, const Arithmetic& arithmetic) {
  EnergyPair total;
  for (const Layer& layer : plan.layers) {
    if (layer.kind == LayerKind::conv || layer.kind == LayerKind::linear) {
      const EnergyPair energy = multiplying(layer, arithmetic);
      total.operations += energy.operations;
      total.memory += energy.memory;
    } else {
      total.memory += adding(layer, arithmetic);
    }
  }
  return total;
}

SpikingCostModel::SpikingCostModel(SpikingNetwork network)
    : network_(std::move(network)),
      connections_(connections(network_)),
      neuron_place_(network_.nodes.size(), -1) {
  int place = 0;
  for (const int node : neuron_nodes(network_)) {
    neuron_place_[static_cast<std::size_t>(node)] = place++;
  }
}

// Of one inference; those of the image are multiplications and count elsewhere.
double SpikingCostModel::operations_of(const Connection& connection,
                                       const SpikingActivity& activity) const {
  const int place = neuron_place_[static_cast<std::size_t>(connection.source)];
  if (place < 0) return 0;
  const auto& spikes = activity.spikes[static_cast<std::size_t>(place)];
  return synaptic_operations(connection, spikes) / activity.images;
}

SpikingCost SpikingCostModel::cost(const SpikingActivity& activity) const {
  SpikingCost cost;
  double all_synapses = 0;
  double all_neurons = 0;
  double all_spikes = 0;
  for (std::size_t i = 0; i < network_.nodes.size(); ++i) {
    const int place = neuron_place_[i];
    if (place < 0) continue;
    double synapses = 0;
    double operations = 0;
    for (const Connection& connection : connections_) {
      if (connection.source != static_cast<int>(i)) continue;
      synapses += connection.synapses;
      operations += operations_of(connection, activity);
    }
    const double neurons = neurons_of(network_.nodes[i]);
    const double spikes = sum(activity.spikes[static_cast<std::size_t>(place)]) / activity.images;
    cost.layers.push_back(
        {network_.nodes[i].name, neurons, spikes / neurons, operations / synapses});
    cost.synaptic_operations += operations;
    all_synapses += synapses;
    all_neurons += neurons;
    all_spikes += spikes;
  }
  cost.spikes_per_synapse = cost.synaptic_operations / all_synapses;
  cost.spikes_per_neuron = all_spikes / all_neurons;
  return cost;
}

// The image is multiplied once; the current that comes of it is kept.
EnergyPair SpikingCostModel::image_energy(const Connection& connection, const Arithmetic& a) const {
  const double pixels = neurons_of(network_.nodes[static_cast<std::size_t>(connection.source)]);
  const double currents =
      neurons_of(network_.nodes[static_cast<std::size_t>(connection.target)]) * a.potential_bytes;
  const double reads = a.weight_bytes * access_pj(connection.weights * a.weight_bytes) +
                       a.activation_bytes * access_pj(pixels * a.activation_bytes);
  const double operations = connection.synapses * a.mac_pj;
  return {operations, operations + connection.synapses * reads + currents * access_pj(currents)};
}

// Every neuron, and every logit, adds its bias or constant current in every timestep; a spike is
// written into a queue of addresses and read from it.
double SpikingCostModel::upkeep(const SpikingActivity& activity, const Arithmetic& a) const {
  double energy = 0;
  for (std::size_t i = 0; i < network_.nodes.size(); ++i) {
    const double neurons = neurons_of(network_.nodes[i]);
    const bool last = i + 1 == network_.nodes.size();
    if (neuron_place_[i] < 0 && !last) continue;
    const double bytes = neurons * a.potential_bytes;
    energy += activity.timesteps * (neurons * a.add_pj + 3 * bytes * access_pj(bytes));
    if (last) continue;
    const double spikes =
        sum(activity.spikes[static_cast<std::size_t>(neuron_place_[i])]) / activity.images;
    energy += spikes * 2 * kAddressBytes * access_pj(neurons * kAddressBytes);
  }
  return energy;
}

EnergyPair SpikingCostModel::energy(const SpikingActivity& activity, const Arithmetic& a) const {
  EnergyPair total{0, upkeep(activity, a)};
  for (const Connection& connection : connections_) {
    if (neuron_place_[static_cast<std::size_t>(connection.source)] < 0) {
      const EnergyPair image = image_energy(connection, a);
      total.operations += image.operations;
      total.memory += image.memory;
      continue;
    }
    const SpikingNode& target = network_.nodes[static_cast<std::size_t>(connection.target)];
    const double potentials = neurons_of(target) * a.potential_bytes;
    const double accesses = a.weight_bytes * access_pj(connection.weights * a.weight_bytes) +
                            2 * a.potential_bytes * access_pj(potentials);
    const double count = operations_of(connection, activity);
    total.operations += count * a.add_pj;
    total.memory += count * (a.add_pj + accesses);
  }
  return total;
}

}  // namespace coppice

// What a spiking network would cost in hardware of its own, beside the network it came from.
//
// Energies of single operations are those of a 45 nm chip (Horowitz, ISSCC 2014) and serve for
// ratios only. Two counts:
//   operations: 4.6 pJ a multiply-accumulate, 0.9 pJ an addition in float32, as most papers count:
//     ANN = 4.6 MACs;  spiking = 4.6 MACs of the first layer, once, + 0.9 synaptic operations
//   memory: and each access to weights, activations and potentials, in memories of each layer's own
//     size (after Lemaire et al., "An analytical estimation of spiking neural networks energy
//     efficiency", ICONIP 2022): a spike reads a weight and reads and writes a potential for every
//     synapse, and every neuron is updated in every timestep.
// Multiplications with padding are counted for neither.
#pragma once

#include <string>
#include <vector>

#include "export/spiking/synapses.hpp"
#include "supernet/space/layer_plan.hpp"

namespace coppice {

/// Numbers of some width: energies in picojoules, sizes in bytes.
struct Arithmetic {
  double mac_pj;
  double add_pj;
  double weight_bytes;
  double activation_bytes;
  double potential_bytes;  ///< of a neuron's potential
};

constexpr Arithmetic kFloat32{4.6, 0.9, 4, 4, 4};
/// Potentials need more digits than weights: 16 bits.
constexpr Arithmetic kInt8{0.23, 0.03, 1, 1, 2};

/// Picojoules a byte of an on-chip memory of this size: 1.25 at 8 KB, 2.5 at 32 KB, 12.5 at 1 MB,
/// linear between and beyond, and never above DRAM's 160.
[[nodiscard]] double access_pj(double memory_bytes);

/// Energy of one inference in picojoules.
struct EnergyPair {
  double operations = 0;
  double memory = 0;  ///< operations and memory accesses
};

/// Of the network that the spiking one was made from. REQUIRES a spikeable plan.
[[nodiscard]] EnergyPair ann_energy(const LayerPlan& plan, const Arithmetic& arithmetic);

/// What happened in a simulation.
struct SpikingActivity {
  int timesteps = 0;
  double images = 0;
  std::vector<std::vector<double>> spikes;  ///< of all images, as in SpikingState
};

struct LayerActivity {
  std::string name;  ///< of the layer whose neurons these are
  double neurons = 0;
  double spikes_per_neuron = 0;   ///< in one inference
  double spikes_per_synapse = 0;  ///< in one inference, over the synapses behind these neurons
};

struct SpikingCost {
  double synaptic_operations = 0;  ///< of one inference
  double spikes_per_synapse = 0;   ///< mean over all synapses but those of the image
  double spikes_per_neuron = 0;
  std::vector<LayerActivity> layers;
};

/// A spiking network with its synapses counted once.
class SpikingCostModel {
 public:
  explicit SpikingCostModel(SpikingNetwork network);

  /// REQUIRES an activity of this network.
  [[nodiscard]] SpikingCost cost(const SpikingActivity& activity) const;
  [[nodiscard]] EnergyPair energy(const SpikingActivity& activity,
                                  const Arithmetic& arithmetic) const;

 private:
  [[nodiscard]] double operations_of(const Connection& connection,
                                     const SpikingActivity& activity) const;
  [[nodiscard]] EnergyPair image_energy(const Connection& connection,
                                        const Arithmetic& arithmetic) const;
  [[nodiscard]] double upkeep(const SpikingActivity& activity, const Arithmetic& arithmetic) const;

  SpikingNetwork network_;
  std::vector<Connection> connections_;
  std::vector<int> neuron_place_;  // by node: index among the neuron nodes, or -1
};

}  // namespace coppice

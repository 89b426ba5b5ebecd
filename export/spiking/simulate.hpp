// Runs a spiking network step by step, exactly: see spiking_network.hpp for the rules.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "export/spiking/nir_file.hpp"
#include "export/spiking/spiking_network.hpp"

namespace coppice {

/// The first timesteps are not read: what comes out then does not yet depend on the image's fine
/// points, as deeper neurons have not integrated anything. Of `timesteps`, so many.
[[nodiscard]] constexpr int unread_timesteps(int timesteps) { return timesteps / 4; }

/// What was seen after some number of timesteps.
struct SpikingState {
  int timesteps = 0;
  at::Tensor logits;  ///< [N, classes] double: the mean over the timesteps that are read
  /// By neuron node, by pixel (row after row): spikes so far, of all images and channels together.
  std::vector<std::vector<double>> spikes;
};

struct SimulationResult {
  std::vector<SpikingState> states;  ///< one for each asked number of timesteps
  /// By neuron node: spikes of each neuron up to the last state, [N, channels, size, size] float.
  std::vector<at::Tensor> counts;
};

/// Const methods may be called from many threads at once.
class SpikingSimulator {
 public:
  /// Throws Error when the nodes do not fit together.
  explicit SpikingSimulator(SpikingNetwork network);

  [[nodiscard]] const SpikingNetwork& network() const noexcept { return network_; }

  /// Normalised float32 images [N, C, r, r] on the CPU, shown for as long as the largest of
  /// `timesteps`, which must ascend and be at least 1. Throws Error when their shape is not the
  /// network's, or when so many timesteps cannot be simulated exactly.
  [[nodiscard]] SimulationResult run(const at::Tensor& images,
                                     const std::vector<int>& timesteps) const;

 private:
  struct Run;

  void check(const at::Tensor& images, const std::vector<int>& timesteps) const;
  [[nodiscard]] Run begin(const at::Tensor& images) const;
  void advance(Run& run) const;
  [[nodiscard]] SpikingState state_of(const Run& run) const;
  [[nodiscard]] at::Tensor input_of(const SpikingNode& node, const Run& run) const;
  [[nodiscard]] at::Tensor convolved(std::size_t index, const at::Tensor& x) const;

  SpikingNetwork network_;
  std::vector<at::Tensor> weight_;  // by node; float where spikes come in, else double
  std::vector<at::Tensor> bias_;
  std::vector<bool> constant_;  // by node: the same in every timestep
};

/// What goes into a NIR file for readers to compare with.
[[nodiscard]] NirCheck nir_check(const SpikingSimulator& simulator,
                                 const at::Tensor& images,
                                 int timesteps);

/// Whether the network that was read gives the stored spikes and logits exactly. REQUIRES that the
/// file has a check.
[[nodiscard]] bool passes_check(const NirNetwork& read);

}  // namespace coppice

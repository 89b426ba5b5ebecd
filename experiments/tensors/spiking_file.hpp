// Spiking networks as NIR files that have been read back.
#pragma once

#include <filesystem>

#include "export/spiking/simulate.hpp"
#include "export/verify.hpp"
#include "supernet/subnet.hpp"
#include "supernet/training/batches.hpp"

namespace coppice {

struct SpikingFileOptions {
  bool grouped = false;  ///< keep depthwise convolutions as such
  int timesteps = 64;    ///< the network is meant for
  Preprocessing preprocessing;
};

/// Writes the network with what it does with a few of `images`, and reads it back. Throws Error
/// when the file does not come to the same spikes.
void write_spiking_file(const SpikingSimulator& simulator,
                        const at::Tensor& images,
                        const SpikingFileOptions& options,
                        const std::filesystem::path& path);

/// A subnet with thresholds at this percentile of its activations over `calibration`. Throws Error
/// when a layer cannot spike.
constexpr double kThresholdPercentile = 99.9;  // SNN toolbox's default
[[nodiscard]] SpikingSimulator percentile_simulator(const Subnet& subnet,
                                                    const std::vector<at::Tensor>& calibration);

/// model.nir in our own simulator, against the spikes and logits that stand in the file.
[[nodiscard]] Runtime spiking_runtime();

}  // namespace coppice

// Spiking networks as NIR files, the exchange format of neuromorphic tools (Pedersen et al.,
// "Neuromorphic intermediate representation", Nature Communications 2024): HDF5, see FORMAT.md.
//
// NIR has no word for soft reset and for the start at half a threshold; they stand in the file's
// metadata, and a tool that does not look there computes something else.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "export/spiking/spiking_network.hpp"

namespace coppice {

/// What the network does with a few images, so that a reader can find out whether it does the
/// same.
struct NirCheck {
  int images = 0;
  int timesteps = 0;
  std::vector<float> inputs;         ///< [images, channels, size, size], normalised
  std::vector<double> logits;        ///< [images, classes]
  std::vector<std::int64_t> spikes;  ///< [neuron nodes, images]: of all neurons of a node together
};

struct NirOptions {
  /// Depthwise convolutions are written as dense ones that are zero beside the diagonal: the NIR
  /// readers of today fail on groups.
  bool expand_depthwise = true;
  int timesteps = 0;              ///< the network is meant for
  std::string producer;           ///< "coppice 0.1.0"
  std::vector<float> input_mean;  ///< of the preprocessing, by channel; may be empty
  std::vector<float> input_deviation;
  std::optional<NirCheck> check;
};

/// Writes beside the path and renames. Throws Error naming the path.
void write_nir(const SpikingNetwork& network,
               const NirOptions& options,
               const std::filesystem::path& path);

/// Bytes that expand_depthwise adds to a reader's memory (zeros pack well in the file).
[[nodiscard]] std::size_t expansion_bytes(const SpikingNetwork& network);

struct NirNetwork {
  SpikingNetwork network;  ///< names as in the file; dense kernels without cross terms have groups
  int timesteps = 0;
  std::optional<NirCheck> check;
};

/// Reads what write_nir writes. Throws Error naming the file and the node: damaged, an unknown type
/// of node, parameters that these neurons do not have (leak, other thresholds, hard reset).
[[nodiscard]] NirNetwork read_nir(const std::filesystem::path& path);

}  // namespace coppice

// What `coppice spike` found, as JSON and as a table with its criticism.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "export/spiking/energy.hpp"

namespace coppice {

/// The same network with activations of as many steps as there are timesteps: the fair competitor
/// (Yan et al., arXiv 2409.08290).
struct QuantisedRow {
  int bits = 0;         ///< of its activations
  double accuracy = 0;  ///< percent
  /// Energy of the spiking network divided by the quantised one's; 8-bit weights in both.
  double energy_ratio_ops = 0;
  double energy_ratio_memory = 0;
};

struct SpikeRow {
  int timesteps = 0;
  std::string thresholds;  ///< "trained" or "percentile"
  double accuracy = 0;     ///< percent
  SpikingCost cost;
  /// Energy of the spiking network divided by the ANN's: below 1 it saves.
  double energy_ratio_ops = 0;
  double energy_ratio_memory = 0;
  QuantisedRow quantised;
};

/// Energy that this machine spent on one of the networks.
struct MeasuredRow {
  std::string network;  ///< "ANN" ...
  int timesteps = 0;    ///< 0: not a spiking one
  double seconds = 0;
  double energy_mj = 0;  ///< of one image
};

struct SpikeReport {
  double ann_accuracy = 0;                   ///< percent, of the subnet as it was cut
  std::optional<double> tuned_ann_accuracy;  ///< percent, after fine-tuning, without quantisation
  std::size_t images = 0;
  std::vector<SpikeRow> curve;
  std::vector<MeasuredRow> measured;
  std::string file;                 ///< NIR; empty: none was asked for
  std::size_t expansion_bytes = 0;  ///< that dense depthwise convolutions add to a reader's memory
  std::string basis;                ///< how energy was measured: "modelled" ...
};

/// What must be said beside the energies of this report; never empty.
[[nodiscard]] std::vector<std::string> criticism(const SpikeReport& report);

/// All but what stands under `run`.
[[nodiscard]] nlohmann::ordered_json as_json(const SpikeReport& report);
/// What may differ between two runs.
[[nodiscard]] nlohmann::ordered_json measured_json(const SpikeReport& report);

[[nodiscard]] std::string as_table(const SpikeReport& report);

}  // namespace coppice

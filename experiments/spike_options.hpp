// Options of `coppice spike`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "experiments/charge_options.hpp"
#include "experiments/command.hpp"
#include "experiments/network_options.hpp"

namespace coppice {

struct SpikeCommand {
  static constexpr const char* kName = "spike";
  CommonOptions common;
  ChargeOptions charge;
  NetworkOptions network;
  std::filesystem::path data;  ///< empty: the run's
  std::vector<int> timesteps{4, 8, 16, 32, 64};
  double finetune_epochs = 2;  ///< 0: thresholds by percentile alone
  int levels = 8;              ///< of the activations in fine-tuning
  double noise = 0.5;          ///< of these activations in fine-tuning, in levels
  double rate = 0.02;          ///< peak learning rate of fine-tuning, batch 64
  int tuned_until = 64;        ///< timesteps up to which the fine-tuned network serves
  double percentile = 99.9;    ///< of activations, as thresholds
  bool replace = false;        ///< layers that cannot spike
  int images = 0;              ///< test images; 0: all
  bool grouped = false;        ///< depthwise convolutions in the NIR file
  std::filesystem::path out;   ///< NIR file; empty: none
};

void bind(SpikeCommand& command, OptionSet& options);

/// Throws Error(usage) naming option, value and what is allowed.
void validate(const SpikeCommand& command);

}  // namespace coppice

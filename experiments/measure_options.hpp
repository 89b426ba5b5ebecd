// Options of `coppice measure`.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "experiments/charge_options.hpp"
#include "experiments/command.hpp"

namespace coppice {

struct MeasureCommand {
  static constexpr const char* kName = "measure";
  CommonOptions common;
  ChargeOptions charge;
  std::filesystem::path run;
  int count = 100;
  std::filesystem::path arch;  ///< networks to measure, one a line; empty: `count` sampled ones
  std::vector<std::string> what{"accuracy", "latency"};
  std::vector<std::string> runtime{"libtorch"};  ///< latency is timed in; see runtime_names
  std::filesystem::path onnxruntime;             ///< see bind_onnxruntime
  int held_out_images = 0;                       ///< of the held-out part used; 0: all
  int repeats = 30;                              ///< timings a network
  double energy_seconds = 1;                     ///< a network, in each round; see energy_probe.hpp
};

void bind(MeasureCommand& command, OptionSet& options);

/// Throws Error(usage) naming option, value and what is allowed.
void validate(const MeasureCommand& command);

}  // namespace coppice

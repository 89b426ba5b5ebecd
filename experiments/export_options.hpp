// Options of `coppice export`.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "experiments/charge_options.hpp"
#include "experiments/command.hpp"
#include "experiments/network_options.hpp"

namespace coppice {

struct ExportCommand {
  static constexpr const char* kName = "export";
  CommonOptions common;
  ChargeOptions charge;
  NetworkOptions network;
  std::filesystem::path out;
  std::vector<std::string> formats{"onnx", "torchscript"};
  std::filesystem::path calibrate;    ///< data for batch norm; empty: the run's, or as stored
  std::filesystem::path profile;      ///< device profile for the card; empty: a generic server core
  std::filesystem::path class_names;  ///< one a line; empty: those of the data set
  std::filesystem::path onnxruntime;  ///< see bind_onnxruntime
  std::string region;                 ///< of the grid for the card; empty: the world's average
};

void bind(ExportCommand& command, OptionSet& options);

/// Throws Error(usage) naming option, value and what is allowed.
void validate(const ExportCommand& command);

}  // namespace coppice

// Options of `coppice device`.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "experiments/command.hpp"
#include "experiments/space_options.hpp"

namespace coppice {

struct DeviceCommand {
  static constexpr const char* kName = "device";
  CommonOptions common;
  std::string action;  ///< calibrate
  SpaceOptions space;
  std::vector<std::filesystem::path> measurements;
  std::filesystem::path profile;       ///< the base: a device profile
  std::filesystem::path out;           ///< the calibrated one
  std::string latency = "latency_ms";  ///< target of the files that is the latency
  std::string meter;                   ///< what read energy_mj; empty: what the file says
  std::string numbers = "fp32";        ///< fp32, fp16 or int8: what the networks were run in
  std::string id;                      ///< of the new profile; empty: the name of `out`
  std::string name;                    ///< for people; empty: the base's, calibrated
};

void bind(DeviceCommand& command, OptionSet& options);

/// Throws Error(usage) naming option, value and what is allowed.
void validate(const DeviceCommand& command);

}  // namespace coppice

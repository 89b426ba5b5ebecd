// Energy of NVIDIA GPUs by the driver's own counters (NVML), loaded when it is there.
//
// Nothing is linked: a machine without the driver has no library, and no meter either.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "supernet/base/units.hpp"

namespace coppice {

/// All GPUs of the machine, whoever uses them. The counter (nvmlDeviceGetTotalEnergyConsumption,
/// from Volta on) is updated about every 100 ms: read windows of seconds.
class NvmlReader {
 public:
  /// Why the GPUs cannot be metered, or an empty string when they can. `library`: name or path for
  /// dlopen.
  [[nodiscard]] static std::string why_not(const std::string& library);

  /// Throws Error with the text of why_not.
  explicit NvmlReader(const std::string& library);
  ~NvmlReader();
  NvmlReader(const NvmlReader&) = delete;
  NvmlReader& operator=(const NvmlReader&) = delete;

  /// Energy of all GPUs since construction. A GPU that cannot be read any more stands still;
  /// lost() names it.
  [[nodiscard]] Joules read();

  /// The GPUs that could not be read at least once; empty when all were.
  [[nodiscard]] std::string lost() const;

  /// "NVIDIA H200" for each of them
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  struct Driver;
  std::unique_ptr<Driver> driver_;
};

/// What dlopen finds where NVIDIA's driver is installed.
constexpr const char* kNvmlLibrary = "libnvidia-ml.so.1";

}  // namespace coppice

// How much energy this machine has used: counters where there are any, else a model that says so.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "predictors/nvml.hpp"
#include "supernet/base/clock.hpp"
#include "supernet/base/units.hpp"

namespace coppice {

/// Energy of one kind of component since the meter was made, and how it is known.
struct ComponentEnergy {
  Joules energy;
  /// "rapl", "ina3221", "nvml", "cpu-model", "ram-model"; "none": not metered, 0 J
  std::string method = "none";
  bool measured = false;  ///< true: a counter; false: a model
  double factor = 1.0;    ///< one-sigma factor of uncertainty, >= 1 (see estimate.hpp)
};

struct EnergyReading {
  ComponentEnergy cpu;
  ComponentEnergy gpu;
  ComponentEnergy ram;
};

/// What happened between two readings of the same meter.
[[nodiscard]] EnergyReading operator-(const EnergyReading& end, const EnergyReading& begin);

/// "rapl+ram-model": the methods of the components that are metered.
[[nodiscard]] std::string method_text(const EnergyReading& reading);

class PowerMeter {
 public:
  virtual ~PowerMeter() = default;
  /// Energy since the meter was made; no component ever goes backwards. Any thread. A counter
  /// that becomes unreadable stands still: nothing is thrown in the middle of a long training.
  [[nodiscard]] virtual EnergyReading read() = 0;
  /// One line for the user: what answers, for which processor, what is assumed, and, when a
  /// counter exists that this process may not read, how to allow it.
  [[nodiscard]] virtual std::string description() const = 0;
  /// Whose energy it is, in CodeCarbon's words: "machine" (everything that runs on it) or
  /// "process" (this process and its children only).
  [[nodiscard]] virtual std::string tracking_mode() const = 0;
  /// Names of the GPUs that are metered; none where none is.
  [[nodiscard]] virtual std::vector<std::string> gpus() const { return {}; }
};

enum class MeterKind {
  automatic,  ///< a board's sensor, else RAPL where it can be read, else the model
  rapl,       ///< RAPL or Error
  model       ///< the model even where RAPL can be read
};

struct MeterOptions {
  MeterKind kind = MeterKind::automatic;
  double tdp_watts = 0;  ///< of the whole chip; 0: from the table of known processors
  int chip_threads = 0;  ///< hardware threads that share tdp_watts; 0: known or those seen here
  double ram_gb = 0;     ///< memory to charge; 0: what this machine has
  std::filesystem::path powercap = "/sys/class/powercap";
  std::filesystem::path proc = "/proc";
  std::filesystem::path i2c_drivers = "/sys/bus/i2c/drivers";
  bool gpus = false;  ///< meter the machine's NVIDIA GPUs, where their counters can be read
  std::string nvml = kNvmlLibrary;
  /// Processor time of this process and its children so far; empty: process_cpu_time().
  std::function<Seconds()> cpu_time;
};

/// The best meter this machine offers. `clock` must outlive it. Throws Error when kind is rapl and
/// no counter can be read, saying why and what to do, or when an option is out of range.
[[nodiscard]] std::unique_ptr<PowerMeter> make_power_meter(const MeterOptions& options,
                                                           const Clock& clock);

}  // namespace coppice

// Intel's and AMD's energy counters ("running average power limit"), read from Linux' powercap.
//
// Only package zones are added: core, uncore and dram are parts of a package and psys contains it.
// A zone can appear twice, through registers (intel-rapl) and through memory (intel-rapl-mmio); it
// is counted once, from memory. See Documentation/power/powercap in the Linux kernel.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "supernet/base/clock.hpp"
#include "supernet/base/units.hpp"

namespace coppice {

/// Why the counters cannot be used, or an empty string when they can.
[[nodiscard]] std::string why_no_rapl(const std::filesystem::path& powercap);

/// Why counters that are there cannot be read, with the command that allows it; empty when there
/// are none, or they can.
[[nodiscard]] std::string why_unreadable_rapl(const std::filesystem::path& powercap);

/// No package draws more: a counter that says so jumped (a firmware reset, a machine that was
/// suspended), and its step is left out.
constexpr double kMostPackageWatts = 1000;

/// Adds up the package counters of one machine. A counter starts again from 0 after its range
/// (a few minutes to hours at full load): read() more often than that.
class RaplReader {
 public:
  /// Throws Error with the text of why_no_rapl when there is nothing to read. `clock` must outlive
  /// it.
  RaplReader(const std::filesystem::path& powercap, const Clock& clock);

  /// Energy of all packages since construction. A zone that cannot be read any more stands
  /// still; lost() names it.
  [[nodiscard]] Joules read();

  /// Steps that were left out because no package can draw so much.
  [[nodiscard]] int jumps() const noexcept { return jumps_; }
  /// Names of the zones that could not be read some time: what they counted then is missing.
  [[nodiscard]] std::string lost() const;

  /// "package-0, package-1"
  [[nodiscard]] std::string zones() const;

 private:
  struct Zone {
    std::string name;
    std::filesystem::path counter;  // energy_uj: microjoules
    std::uint64_t range = 0;        // max_energy_range_uj; 0: unknown
    std::uint64_t last = 0;
    bool memory_mapped = false;
    bool lost = false;
    Seconds read_at;
  };
  std::vector<Zone> zones_;
  const Clock* clock_;
  double microjoules_ = 0;
  int jumps_ = 0;

  static std::vector<Zone> find_zones(const std::filesystem::path& powercap);
  friend std::string why_no_rapl(const std::filesystem::path& powercap);
  friend std::string why_unreadable_rapl(const std::filesystem::path& powercap);
};

}  // namespace coppice

// Energy of one inference by this machine's counters: networks run one after the other, each long
// enough for the counter, in rounds of random order.
//
// A counter sees the whole chip or board, idle parts included: that is what an inference costs on a
// device that does nothing else, and why the machine should be quiet. Models of power are not
// asked: what they say about an inference is only its time in other words.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "predictors/power_meter.hpp"
#include "supernet/base/clock.hpp"

namespace coppice {

/// Counters are updated every millisecond (RAPL) to every 200 ms (boards).
constexpr double kShortestEnergyWindow = 0.5;

struct EnergyProbeOptions {
  /// A network runs at least so long in each round; at least kShortestEnergyWindow.
  double window_s = 1;
  int rounds = 3;          ///< >= 1; the result is their median
  std::uint64_t seed = 1;  ///< of the order within each round
};

/// The methods of a reading's counters, without what is modelled: "rapl", "rapl+nvml"; empty: the
/// meter has none, and no energy of an inference can be measured.
[[nodiscard]] std::string counter_methods(const EnergyReading& reading);

/// Joules that counters have measured; modelled components do not count.
[[nodiscard]] Joules counted_energy(const EnergyReading& reading);

/// Millijoules of one call of each candidate: the median over the rounds. Throws a usage Error when
/// an option is out of range; Error when the meter has no counter, or its counter stood still
/// while a network ran.
[[nodiscard]] std::vector<double> probe_energy(const std::vector<std::function<void()>>& candidates,
                                               PowerMeter& meter,
                                               const EnergyProbeOptions& options,
                                               const Clock& clock);

}  // namespace coppice

// Times subnets on this machine, all under the same protocol (predictors/latency_probe.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "predictors/latency_probe.hpp"
#include "supernet/base/clock.hpp"
#include "supernet/subnet.hpp"

namespace coppice {

/// What a latency belongs to: numbers of other conditions must not be compared.
struct TimingConditions {
  std::string device;   ///< processor name
  std::string runtime;  ///< "libtorch 1.13.1, fp32, channels-last, batch norm folded"
  int threads = 1;
  int batch = 1;
};

[[nodiscard]] TimingConditions timing_conditions();

/// Single images through each subnet, folded, on one pinned thread; the first subnet's timings
/// between the others cancel the machine's drift.
[[nodiscard]] LatencyReport time_subnets(const std::vector<Subnet>& subnets,
                                         int rounds,
                                         std::uint64_t seed,
                                         const Clock& clock);

}  // namespace coppice

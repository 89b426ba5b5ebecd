// What makes latencies comparable that a run's networks were timed with at different moments: each
// timing also times the network that was timed first of all.
#pragma once

#include <optional>
#include <string>

#include "predictors/latency_probe.hpp"
#include "predictors/measurements.hpp"

namespace coppice {

/// A network and the latency that it keeps, in milliseconds.
struct LatencyAnchor {
  Architecture architecture;
  double latency_ms = 0;
};

/// The first row that has the target; nullopt: nothing was timed.
[[nodiscard]] std::optional<LatencyAnchor> first_timed(const MeasurementTable& table,
                                                       const std::string& target);

/// Scales a report whose first network is the anchor's (see anchor()) and takes that network out of
/// it. Returns the scale: 0.5 when the machine took twice as long as then. Without an anchor the
/// report stays as it is, and the scale is 1.
double settle(LatencyReport& report, const std::optional<LatencyAnchor>& anchored);

}  // namespace coppice

#include "experiments/tensors/latency_anchor.hpp"

#include <algorithm>

namespace coppice {

std::optional<LatencyAnchor> first_timed(const MeasurementTable& table, const std::string& target) {
  const auto first = std::find_if(table.rows.begin(), table.rows.end(), [&](const auto& row) {
    return row.targets.count(target) > 0;
  });
  if (first == table.rows.end()) return std::nullopt;
  return LatencyAnchor{first->architecture, first->targets.at(target)};
}

double settle(LatencyReport& report, const std::optional<LatencyAnchor>& anchored) {
  if (!anchored) return 1;
  const double scale = anchored->latency_ms / report.networks.front().median_ms;
  anchor(report, anchored->latency_ms);
  report.networks.erase(report.networks.begin());
  return scale;
}

}  // namespace coppice

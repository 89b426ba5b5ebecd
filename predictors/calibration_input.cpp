#include "predictors/calibration_input.hpp"

#include <algorithm>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// What is to be fitted must be there, and make sense.
void check_values(const std::vector<MeasuredNetwork>& networks, const CalibrationOptions& options) {
  require(networks.size() >= kFewestCalibrationNetworks,
          networks.size(),
          " different networks are measured; a calibration needs at least ",
          kFewestCalibrationNetworks,
          ", better ",
          kEnoughCalibrationNetworks,
          ", of all sizes");
  const bool with_energy = networks.front().energy_j.has_value();
  for (const MeasuredNetwork& network : networks) {
    require(network.latency_s > 0, "a latency is ", network.latency_s, " s, must be > 0");
    require(network.energy_j.has_value() == with_energy,
            "some networks have an energy and others have none");
    const double joules = network.energy_j.value_or(1);
    require(joules > 0, "an energy is ", joules, " J, must be > 0");
  }
  require_usage(!with_energy || contains(calibration_meters(), options.meter),
                "meter = ",
                options.meter.empty() ? "(none)" : options.meter,
                ", must be rapl, nvml, ina3221, usb or wall: what read the energies");
}

/// Joules taken for millijoules, or seconds for milliseconds, are a power that no device has, or a
/// hundred times less than such a device draws before it computes anything.
void check_units(const std::vector<MeasuredNetwork>& networks, const DeviceProfile& base) {
  constexpr double most_watts = 2e4;
  const double least_watts = std::max(1e-4, base.static_watts.value_or(0) / 100);
  for (const MeasuredNetwork& network : networks) {
    if (!network.energy_j) continue;
    const double watts = *network.energy_j / network.latency_s;
    require(watts >= least_watts && watts <= most_watts,
            "an inference of ",
            network.latency_s * 1e3,
            " ms and ",
            *network.energy_j * 1e3,
            " mJ draws ",
            watts,
            " W, which no device ",
            watts > most_watts ? "does" : text("like ", base.id, " does"),
            "; are they milliseconds and millijoules of one inference?");
  }
}

}  // namespace

const std::vector<std::string>& calibration_meters() {
  static const std::vector<std::string> names{"rapl", "nvml", "ina3221", "usb", "wall"};
  return names;
}

void check_measurements(const std::vector<MeasuredNetwork>& networks,
                        const DeviceProfile& base,
                        const CalibrationOptions& options) {
  check_values(networks, options);
  check_units(networks, base);
}

}  // namespace coppice

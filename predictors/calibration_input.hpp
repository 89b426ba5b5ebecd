// What a device profile is fitted to: networks that were measured on the device.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "predictors/device_profile.hpp"
#include "predictors/layer_work.hpp"

namespace coppice {

/// With fewer networks the fitted numbers would outnumber what they are fitted to.
constexpr std::size_t kFewestCalibrationNetworks = 8;

/// What is recommended: energies are fitted well from about so many, of all sizes.
constexpr std::size_t kEnoughCalibrationNetworks = 20;

/// One inference, batch 1, on the device.
struct MeasuredNetwork {
  LayerPlan plan;
  double latency_s = 0;            ///< > 0
  std::optional<double> energy_j;  ///< > 0; of all networks or of none
};

struct CalibrationOptions {
  NumberType type = NumberType::fp32;  ///< what the networks were run in
  /// What read the energies: rapl or nvml (the chip), ina3221 (the board), usb or wall (all of the
  /// device with its supply). Empty when no energies are given.
  std::string meter;
  std::string conditions;  ///< for the provenance: processor, runtime ...; may be empty
  std::string date;        ///< "2026-11-27"
};

/// Names that CalibrationOptions::meter may have.
[[nodiscard]] const std::vector<std::string>& calibration_meters();

/// Throws Error: fewer networks than kFewestCalibrationNetworks, energies of some networks only, a
/// value that is not above 0, energies and latencies that are a power which no device like `base`
/// has (joules taken for millijoules, say); a usage Error for an unknown meter.
void check_measurements(const std::vector<MeasuredNetwork>& networks,
                        const DeviceProfile& base,
                        const CalibrationOptions& options);

}  // namespace coppice

// A device profile fitted to networks that were measured on the device itself.
//
// Latency: see latency_calibration.hpp. Energy, where a meter read it:
//
//   E = P_static T + e_mac MACs + e_dram bytes      non-negative least squares of relative errors
//
// with T the measured latency. Three coefficients can be told apart with about twenty networks of
// different sizes; cache traffic cannot, and is not fitted. A profile's other numbers stay.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "predictors/device_profile.hpp"
#include "predictors/layer_work.hpp"

namespace coppice {

/// With fewer networks the fitted numbers would outnumber what they are fitted to.
constexpr std::size_t kFewestCalibrationNetworks = 8;

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

/// How well a part of the profile agrees with the measurements. MAPE in percent.
struct CalibrationQuality {
  double mape_before = 0;    ///< of the base profile
  double mape_after = 0;     ///< of the new profile, on what it was fitted to
  double mape_left_out = 0;  ///< of each network, predicted from the others
  double rho = 0;            ///< Spearman's rank correlation of those predictions
  double factor = 1;         ///< one-sigma factor of those predictions, with the meter's own 10 %
};

struct Calibration {
  DeviceProfile profile;  ///< valid; identity (id, name) is the base's
  std::size_t networks = 0;
  CalibrationQuality latency;
  std::optional<CalibrationQuality> energy;  ///< empty: joules are those of the base
  std::vector<std::string> notes;            ///< what the user must know, a line each
};

/// Names that CalibrationOptions::meter may have.
[[nodiscard]] const std::vector<std::string>& calibration_meters();

/// Throws Error: fewer networks than kFewestCalibrationNetworks, energies of some networks only, a
/// value that is not above 0, a field that the base lacks, networks left out missed by more than a
/// factor of two; a usage Error for an unknown meter.
[[nodiscard]] Calibration calibrate_profile(const DeviceProfile& base,
                                            const std::vector<MeasuredNetwork>& networks,
                                            const CalibrationOptions& options);

}  // namespace coppice

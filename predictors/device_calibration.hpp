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

#include "predictors/calibration_input.hpp"
#include "predictors/device_profile.hpp"

namespace coppice {

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

/// Throws what check_measurements throws, and Error for a field that the base lacks or networks
/// left out that are missed by more than a factor of two.
[[nodiscard]] Calibration calibrate_profile(const DeviceProfile& base,
                                            const std::vector<MeasuredNetwork>& networks,
                                            const CalibrationOptions& options);

}  // namespace coppice

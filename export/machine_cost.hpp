// What a meter's joules become at the facility.
//
//   E_facility = PUE (psu_factor E_metered + platform_W T)
//
// Counters and models see processor, memory and GPUs, not the supply, the fans and the board; a
// device profile of the machine says what to add.
#pragma once

#include <vector>

#include "predictors/device_profile.hpp"
#include "predictors/energy_csv.hpp"
#include "predictors/estimate.hpp"

namespace coppice {

/// The rows with the machine's wall correction and PUE instead of the PUE that they were recorded
/// with; grams follow the joules. Fields that the profile does not know change nothing. A board's
/// sensor (ina3221) has seen the platform already.
[[nodiscard]] std::vector<EnergyRow> at_facility(const std::vector<EnergyRow>& rows,
                                                 const DeviceProfile& machine);

/// What the profile adds, for people: "x1.2 + 5 W x time, PUE 1.56 of server-cpu"; empty: nothing.
[[nodiscard]] std::string facility_text(const DeviceProfile& machine);

}  // namespace coppice

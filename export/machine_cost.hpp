// What a meter's joules become at the facility, and what making the machine adds.
//
//   E_facility = PUE (psu_factor E_metered + platform_W T)
//   embodied   = kgCO2e x share x T / (lifetime x utilisation)          SCI: TE x TS x RS
//
// Counters and models see processor, memory and GPUs, not the supply, the fans and the board; a
// device profile of the machine says what to add. Embodied carbon stands beside the operational
// one, never in it: it is known to a factor of two at best.
#pragma once

#include <optional>
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

/// Grams of CO2e of making the machine, for the time it was used; known to within a factor of 2.
/// Empty when the profile does not know kgCO2e and lifetime.
[[nodiscard]] std::optional<Estimate> embodied_grams(const DeviceProfile& machine, Seconds used);

}  // namespace coppice

#include "export/machine_cost.hpp"

#include "supernet/base/error.hpp"

namespace coppice {

std::vector<EnergyRow> at_facility(const std::vector<EnergyRow>& rows,
                                   const DeviceProfile& machine) {
  const double pue = machine.pue.value_or(1);
  std::vector<EnergyRow> result = rows;
  for (EnergyRow& row : result) {
    const bool board = row.method.find("ina3221") != std::string::npos;
    const double platform_j = board ? 0 : machine.platform_watts.value_or(0) * row.duration.value();
    const Estimate metered = row.energy_j * (1 / row.pue);
    const Estimate wall =
        metered * machine.psu_factor.value_or(1) + within_factor(platform_j, kUncalibratedFactor);
    const Estimate facility = wall * within_factor(pue, pue > 1 ? kPueFactor : 1.0);
    const double grown = row.energy_j.nominal > 0 ? facility.nominal / row.energy_j.nominal : 1;
    row.co2e_g = row.co2e_g * grown;
    row.energy_j = facility;
    row.pue = pue;
  }
  return result;
}

std::string facility_text(const DeviceProfile& machine) {
  std::string out;
  if (machine.psu_factor) out += text("x", *machine.psu_factor);
  if (machine.platform_watts) {
    out += text(out.empty() ? "" : " ", "+ ", *machine.platform_watts, " W x time");
  }
  if (machine.pue.value_or(1) > 1) out += text(out.empty() ? "" : ", ", "PUE ", *machine.pue);
  return out.empty() ? out : out + " of " + machine.id;
}

}  // namespace coppice

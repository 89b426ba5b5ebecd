// Rows of an energy.csv, as phases of a run leave them.
#pragma once

#include <string>

#include "predictors/energy_csv.hpp"

namespace coppice {

/// Exactly so many joules; only trainings are measured.
inline EnergyRow spent(const std::string& phase, double joules) {
  EnergyRow row;
  row.phase = phase;
  row.energy_j = exactly(joules);
  row.basis = phase == "train" ? "measured" : "modelled";
  return row;
}

inline EnergyRow lasting(const std::string& phase, double joules, double seconds) {
  EnergyRow row = spent(phase, joules);
  row.duration = Seconds(seconds);
  return row;
}

}  // namespace coppice

// The energy part of a calibration: joules as a sum of three terms; see device_calibration.hpp.
#pragma once

#include <vector>

namespace coppice {

/// What one inference of a network is charged for, and what it was measured to cost.
struct MeteredWork {
  double seconds = 0;
  double macs = 0;
  double dram_bytes = 0;
  double joules = 0;  ///< > 0
};

struct EnergyTerms {
  double static_watts = 0;
  double joules_per_mac = 0;
  double joules_per_byte = 0;
};

[[nodiscard]] double joules_of(const MeteredWork& work, const EnergyTerms& terms);

/// All >= 0, with the smallest sum of squared relative errors. REQUIRES at least one network.
[[nodiscard]] EnergyTerms fit_energy(const std::vector<MeteredWork>& networks);

/// The joules of each network by the terms fitted to all others.
[[nodiscard]] std::vector<double> left_out_joules(const std::vector<MeteredWork>& networks);

/// The terms behind them, network by network.
[[nodiscard]] std::vector<EnergyTerms> left_out_terms(const std::vector<MeteredWork>& networks);

}  // namespace coppice

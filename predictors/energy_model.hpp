// Joules and grams of one inference, from a layer plan and a device profile.
//
//   E_device = P_static T + sum over layers (e_mac b MACs + e_dram B + e_sram b A)
//   E_wall   = psu_factor E_device + P_platform T
//   grams    = E_wall x PUE x intensity / 3.6e6
//
// T is a measured or predicted latency, else a roofline (Williams et al. 2009): per layer the
// longer of its arithmetic at a share of the peak and its memory traffic. b is the batch, B the
// bytes that go to main memory, A those of the activations. This is the smallest model that does
// not call two networks equal because their MACs are: static power charges latency, the other terms
// the work. Datapath energies of papers (a few pJ) are not device energies; a profile's e_mac holds
// the whole instruction.
#pragma once

#include <optional>
#include <string>

#include "predictors/device_profile.hpp"
#include "predictors/estimate.hpp"
#include "predictors/layer_work.hpp"
#include "supernet/base/units.hpp"
#include "supernet/space/layer_plan.hpp"

namespace coppice {

struct EnergyOptions {
  NumberType type = NumberType::fp32;
  int batch = 1;                   ///< images at once, >= 1
  std::optional<Seconds> latency;  ///< of the whole batch; empty: roofline
  /// Leaves out what the device would draw idle, and its platform: for a device that is on anyway.
  /// Reports per inference (SCI) want it included.
  bool marginal = false;
};

/// All per inference (one image), except the power.
struct InferenceEnergy {
  Estimate latency_s;                  ///< without spread when it was given
  Estimate energy_j;                   ///< at the wall: device, power supply, platform; without PUE
  Estimate co2e_g;                     ///< operational, with PUE and grid
  std::optional<Estimate> embodied_g;  ///< of making the device; empty: the profile does not know
  Watts average_power;                 ///< of the device while it computes
  bool power_clamped = false;  ///< the model wanted more than max_W: constants do not fit together
  double macs = 0;
  double dram_bytes = 0;   ///< main-memory traffic
  std::string confidence;  ///< confidence_class of the profile
};

/// Throws a usage Error when an option is out of range, an Error naming profile and field when the
/// profile lacks a number the model needs: power.static_W and energy.mac_pJ of the type always;
/// peak, efficiencies and memory bandwidth when no latency is given.
[[nodiscard]] InferenceEnergy predict_energy(const LayerPlan& plan,
                                             const DeviceProfile& profile,
                                             const GridIntensity& grid,
                                             const EnergyOptions& options = {});

/// Grams of CO2e of making the device, for the time it is used (SCI: TE x TS x RS); known to within
/// a factor of 2. Empty when the profile does not know kgCO2e and lifetime.
///
///   kgCO2e x share x time / (lifetime x utilisation)
[[nodiscard]] std::optional<Estimate> embodied_grams(const DeviceProfile& profile, Seconds used);

/// The roofline latency of a batch.
[[nodiscard]] Seconds roofline_latency(const LayerPlan& plan,
                                       const DeviceProfile& profile,
                                       NumberType type,
                                       int batch);

}  // namespace coppice

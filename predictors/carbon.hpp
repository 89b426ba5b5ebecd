// A run's energy and carbon, phase by phase: what the meter says, times the grid's intensity.
//
//   energy = PUE x sum over components;   grams = energy[kWh] x intensity[g/kWh]
//
// PUE is the data centre's overhead (1.0 at home). Each number keeps its low and high bound and
// says whether it was measured or modelled.
#pragma once

#include <string>
#include <vector>

#include "predictors/estimate.hpp"
#include "predictors/grid_intensity.hpp"
#include "predictors/power_meter.hpp"

namespace coppice {

struct PhaseRecord {
  std::string phase;  ///< "train"
  Seconds duration;
  EnergyReading energy;  ///< of the components, without PUE
  Estimate energy_j;     ///< of all components, with PUE
  Estimate co2e_g;
  Seconds cpu_time = {};  ///< of this process and its children, over all processors
};

/// "measured", "modelled", "measured (cpu) and modelled (ram)", or "not metered".
[[nodiscard]] std::string basis_text(const EnergyReading& reading);

/// All components of a reading in joules, with their uncertainty and the data centre's overhead.
[[nodiscard]] Estimate energy_estimate(const EnergyReading& reading, double pue);

/// Grams of CO2e of an energy in joules; adds the grid's own uncertainty of 10 %.
[[nodiscard]] Estimate carbon_estimate(const Estimate& energy_j, const GridIntensity& grid);

class CarbonLedger {
 public:
  /// One phase from its construction to its end.
  class Scope {
   public:
    ~Scope() { end(); }
    Scope(Scope&& other) noexcept;
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    Scope& operator=(Scope&&) = delete;
    /// The record as it is now; the phase goes on. REQUIRES that it has not ended.
    [[nodiscard]] PhaseRecord so_far() const;
    /// Writes the record now; later calls and the destructor do nothing.
    void end();

   private:
    friend class CarbonLedger;
    Scope(CarbonLedger& ledger, std::string name);
    CarbonLedger* ledger_;
    std::string name_;
    Seconds start_;
    Seconds cpu_start_;
    EnergyReading begin_;
  };

  /// `meter` and `clock` must outlive the ledger, the ledger its scopes. Throws a usage Error
  /// when pue is below 1.
  CarbonLedger(PowerMeter& meter, const Clock& clock, GridIntensity grid, double pue = 1.0);
  CarbonLedger(const CarbonLedger&) = delete;
  CarbonLedger& operator=(const CarbonLedger&) = delete;

  /// Starts a phase. Throws Error while another one is open: its energy would count twice.
  [[nodiscard]] Scope phase(const std::string& name);

  /// The finished phases, in order.
  [[nodiscard]] const std::vector<PhaseRecord>& records() const noexcept { return records_; }
  /// Their sum, named "total".
  [[nodiscard]] PhaseRecord total() const;

  [[nodiscard]] const GridIntensity& grid() const noexcept { return grid_; }
  [[nodiscard]] double pue() const noexcept { return pue_; }

 private:
  PowerMeter& meter_;
  const Clock& clock_;
  GridIntensity grid_;
  double pue_;
  std::string open_;  // name of the running phase
  std::vector<PhaseRecord> records_;
};

}  // namespace coppice

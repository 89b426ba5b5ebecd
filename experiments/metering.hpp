// What a command spends: energy and time, phase by phase, into the energy.csv of its run.
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "experiments/charge_options.hpp"
#include "predictors/carbon.hpp"
#include "supernet/base/clock.hpp"
#include "supernet/base/files.hpp"

namespace coppice {

/// One phase.
struct SpentEnergy {
  Seconds duration;
  Estimate energy_j;
  Estimate co2e_g;
  std::string basis;  ///< basis_text() of the meter: "measured", "modelled" ...
};

/// A meter whose readings contain those of other processes, as they were last told.
class JointMeter;

/// The phases of one command on the best meter of this machine.
class PhaseMeter {
 public:
  /// `gpus`: what is computed uses them. Throws Error(usage) when there is no such grid.
  explicit PhaseMeter(const ChargeOptions& charge = {}, bool gpus = false);
  ~PhaseMeter();

  /// Starts a phase; one that still runs ends.
  void begin(const std::string& phase);

  /// Ends the phase and tells what it spent. REQUIRES that one was begun.
  [[nodiscard]] SpentEnergy spent();

  /// Energy (with PUE) of the phase that runs, up to now. REQUIRES one that runs.
  [[nodiscard]] Estimate so_far() const;

  /// Ends the phase and appends a row for each phase to RUN/energy.csv. The caller holds the run's
  /// lock. Throws Error naming the file.
  void record(const std::filesystem::path& run);

  /// The same with the phase that runs as it is now, which goes on: later calls, of record() too,
  /// put their rows in the place of these. A process that is killed has told what it spent so far.
  void record_so_far(const std::filesystem::path& run);

  [[nodiscard]] const Clock& clock() const noexcept { return clock_; }
  [[nodiscard]] const GridIntensity& grid() const noexcept { return ledger_.grid(); }
  [[nodiscard]] double pue() const noexcept { return ledger_.pue(); }

  /// What answers and what is assumed, up to now; see PowerMeter::description.
  [[nodiscard]] std::string description() const;

  /// Joules of this process since it has metered: of its processors, its GPUs, its memory. What the
  /// meter tells of the whole machine is left out unless `for_machine`: one of its processes counts
  /// it.
  [[nodiscard]] std::array<double, 3> own_joules(bool for_machine) const;

  /// What other processes of the same work have used so far, in the same order; all that is told
  /// and recorded from now on contains it.
  void set_others(const std::array<double, 3>& joules);

 private:
  void end();
  void write(const std::filesystem::path& run, const std::vector<PhaseRecord>& records);

  SteadyClock clock_;
  std::unique_ptr<JointMeter> meter_;
  CarbonLedger ledger_;
  std::optional<CarbonLedger::Scope> scope_;
  std::size_t written_ = 0;  // rows of this meter in energy.csv
};

/// For commands that may work for a run (their option --run) or for none: holds the run's lock and
/// meters, or does nothing at all.
class RunEnergy {
 public:
  /// An empty `run` means none. Throws Error at once when another process writes the run, and what
  /// PhaseMeter throws.
  explicit RunEnergy(const std::filesystem::path& run, const ChargeOptions& charge = {});

  void begin(const std::string& phase);

  /// Ends the phase and appends all of them to RUN/energy.csv; what is not recorded is lost.
  void record();

 private:
  std::filesystem::path run_;
  std::optional<FolderLock> lock_;
  std::optional<PhaseMeter> meter_;
};

/// What RUN/energy.csv holds for phases of this name, nominal: a training that goes on has spent it
/// already. 0 without the file.
[[nodiscard]] Joules recorded_energy(const std::filesystem::path& run, const std::string& phase);

/// Now, in UTC: "2026-11-23T08:00:00Z".
[[nodiscard]] std::string utc_now();

/// "AMD EPYC 7763 64-Core Processor", as Linux names it, or "unknown processor".
[[nodiscard]] std::string processor_name();

}  // namespace coppice

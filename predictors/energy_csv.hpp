// energy.csv of a run: one row a phase, under CodeCarbon's column names so that its tools read it.
//
// Units are CodeCarbon's: seconds, kg, kg/s, W, kWh, GB, percent. Energies include PUE. What
// CodeCarbon has no column for stands behind them: phase, method, basis, bounds, and the grid used.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "predictors/carbon.hpp"

namespace coppice {

/// The columns that the ledger does not know. Unknown ones stay empty.
struct RunIdentity {
  std::string timestamp;  ///< when the rows are written, "2026-11-23T08:00:00"
  std::string project_name = "coppice";
  std::string run_id;
  std::string experiment_id;
  std::string os;
  std::string cpu_model;
  int cpu_count = 0;                   ///< 0: unknown
  double ram_total_gb = 0;             ///< 0: unknown
  std::string tracking_mode;           ///< PowerMeter::tracking_mode()
  std::vector<std::string> gpus = {};  ///< PowerMeter::gpus()
};

/// A row as it is read back.
struct EnergyRow {
  std::string timestamp;
  std::string phase;
  Seconds duration;
  Estimate energy_j;
  Estimate co2e_g;
  std::string method;  ///< "rapl+ram-model"
  std::string basis;   ///< "measured (cpu) and modelled (ram)"
  double pue = 1;      ///< which the energies include, >= 1
  std::string device;  ///< the processor, and the GPUs that were used; empty: not recorded
  GridIntensity grid;  ///< that the emissions were counted with
};

/// Adds one row for each record to the file, which is created when it is missing; one of an earlier
/// build, which had fewer columns, is given the new ones. The file is
/// replaced in one step: a crash leaves the old rows. The last `replaced` rows, of the same records
/// before they were complete, give way. Throws Error when the file has other columns.
void append_energy_csv(const std::filesystem::path& path,
                       const std::vector<PhaseRecord>& records,
                       const GridIntensity& grid,
                       double pue,
                       const RunIdentity& identity,
                       std::size_t replaced = 0);

/// Writes the rows of `from`, files of this kind, whose phase is one of `phases` to `to`, in order
/// and unchanged. A file of `from` that does not exist has no rows; without any row `to` is not
/// written. Returns whether it was. Throws Error when a file has other columns.
bool copy_energy_csv(const std::vector<std::filesystem::path>& from,
                     const std::vector<std::string>& phases,
                     const std::filesystem::path& to);

/// All rows, oldest first. Throws Error naming file and line.
[[nodiscard]] std::vector<EnergyRow> read_energy_csv(const std::filesystem::path& path);

/// Adds what a part of a total rests on to a list "a; b" that lacks it, so that a total of rows of
/// different basis, method or device names all of them. An empty entry adds nothing.
void append_once(std::string& list, const std::string& entry);

}  // namespace coppice

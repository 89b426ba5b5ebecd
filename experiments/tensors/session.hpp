// What every tensor command does around its work: processors, energy, the run's log.
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "experiments/common_options.hpp"
#include "experiments/thread_limit.hpp"
#include "predictors/carbon.hpp"
#include "supernet/base/clock.hpp"

namespace coppice {

using Json = nlohmann::ordered_json;

class Session {
 public:
  /// Sets the threads of libtorch, TBB and OpenCV, checks the device and starts the meter of one
  /// phase. Throws Error(usage) when the device does not exist.
  Session(const CommonOptions& common, const std::string& phase);

  [[nodiscard]] const Clock& clock() const noexcept { return clock_; }
  [[nodiscard]] const CommonOptions& common() const noexcept { return common_; }

  /// Energy and time of the phase so far, as the keys of `run` in a command's JSON.
  [[nodiscard]] Json spent();

  /// Ends the phase and appends it to RUN/energy.csv. The caller holds the run's lock.
  void record_energy(const std::filesystem::path& run);

 private:
  void end_phase();

  CommonOptions common_;
  SteadyClock clock_;
  ThreadLimit threads_;
  std::unique_ptr<PowerMeter> meter_;
  CarbonLedger ledger_;
  std::unique_ptr<CarbonLedger::Scope> scope_;
};

/// RUN/log.jsonl: one event a line, each with the time it was written.
class RunLog {
 public:
  explicit RunLog(const std::filesystem::path& run);
  void write(const std::string& event, Json fields);

 private:
  std::ofstream out_;
};

/// Now, in UTC: "2026-11-23T08:00:00Z".
[[nodiscard]] std::string utc_now();

/// "AMD EPYC, 2 threads, libtorch 1.13.1": what timings on this machine belong to.
[[nodiscard]] std::string processor_name();
[[nodiscard]] std::string torch_name();

}  // namespace coppice

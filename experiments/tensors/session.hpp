// What every tensor command does around its work: processors, energy, the run's log.
#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "experiments/common_options.hpp"
#include "experiments/metering.hpp"
#include "experiments/thread_limit.hpp"
#include "supernet/distributed.hpp"

namespace coppice {

using Json = nlohmann::ordered_json;

class Session {
 public:
  /// Sets the threads of libtorch, TBB and OpenCV, checks the device and starts the meter of one
  /// phase. `ranks`: those that run the command together; null: this process alone. Throws
  /// Error(usage) when the device does not exist.
  Session(const CommonOptions& common,
          const ChargeOptions& charge,
          const std::string& phase,
          std::shared_ptr<RankGroup> ranks = nullptr);

  [[nodiscard]] const Clock& clock() const noexcept { return meter_.clock(); }
  [[nodiscard]] const CommonOptions& common() const noexcept { return common_; }
  /// Where this process's tensors live.
  [[nodiscard]] const std::string& device() const noexcept { return device_; }
  /// Null: this process alone.
  [[nodiscard]] const std::shared_ptr<RankGroup>& ranks() const noexcept { return ranks_; }
  /// Whether this process writes files and talks to the user: rank 0, or one that is alone.
  [[nodiscard]] bool leads() const noexcept { return !ranks_ || ranks_->leads(); }

  // Of several ranks all call the following at once; rank 0 gets the sums.

  /// Ends the phase and starts another.
  void begin(const std::string& phase) { meter_.begin(phase); }

  /// Energy and time of the phase so far, as the keys of `run` in a command's JSON.
  [[nodiscard]] Json spent();

  /// Joules of the phase up to now, with PUE; the phase goes on.
  [[nodiscard]] Joules energy_so_far() const { return Joules(meter_.so_far().nominal); }

  /// Brings what energy_so_far tells of the other ranks up to date.
  void add_up_energy();

  /// Ends the phase and appends it to RUN/energy.csv, of which rank 0 holds the lock.
  void record_energy(const std::filesystem::path& run);

  /// The same with the phase as it is now, which goes on; with what add_up_energy() brought last.
  /// Rank 0 alone calls it.
  void record_energy_so_far(const std::filesystem::path& run) { meter_.record_so_far(run); }

 private:
  CommonOptions common_;
  std::string device_;
  ThreadLimit threads_;
  PhaseMeter meter_;
  std::shared_ptr<RankGroup> ranks_;
};

/// "libtorch 1.13.1": what timings on this machine belong to, beside its processor.
[[nodiscard]] std::string torch_name();

}  // namespace coppice

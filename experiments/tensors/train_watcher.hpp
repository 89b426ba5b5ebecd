// What a training shows and keeps while it runs: progress, the run's log, checkpoints.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "experiments/progress.hpp"
#include "experiments/run_log.hpp"
#include "experiments/tensors/session.hpp"
#include "experiments/tensors/target.hpp"
#include "supernet/checkpoint.hpp"

namespace coppice {

class TrainWatcher {
 public:
  struct Options {
    std::filesystem::path run;
    std::string label;              ///< of the progress: "train"
    std::int64_t steps = 0;         ///< of the whole training
    double checkpoint_minutes = 5;  ///< between checkpoints within an epoch
    Target target{};                ///< evaluations forecast its energy
  };

  /// Goes on with the log of the run, where there is one. `checkpoint` and `session` must outlive
  /// this object. Of several ranks the first writes; the others tell it what they spent.
  TrainWatcher(const Options& options, Checkpoint& checkpoint, Session& session);

  [[nodiscard]] TrainObserver observer();

  /// Joules of the run up to each evaluation, by its step, those of earlier processes included.
  /// What a process spent after its last checkpoint and before it was killed is not known.
  [[nodiscard]] const std::map<std::int64_t, double>& energy_at() const noexcept {
    return energy_at_;
  }

 private:
  void read_log();
  void write_log(const std::string& event, Json fields);
  void see(const TrainEvent& event);
  void tell_target();
  void save(const TrainState& state);
  [[nodiscard]] double energy() const;

  Options options_;
  Checkpoint& checkpoint_;
  Session& session_;
  std::optional<RunLog> log_;  // of the rank that leads
  Progress progress_;
  Seconds saved_;
  double energy_before_ = 0;  // joules of earlier processes
  std::map<std::int64_t, double> energy_at_;
};

}  // namespace coppice

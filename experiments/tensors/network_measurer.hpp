// Measures networks of a trained run: accuracy on held-out images, latency on this machine. What is
// measured is kept in the run's measurements.h5.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "experiments/tensors/run_data.hpp"
#include "experiments/tensors/timing.hpp"
#include "predictors/measurements.hpp"
#include "predictors/power_meter.hpp"
#include "supernet/checkpoint.hpp"
#include "supernet/supernet.hpp"
#include "supernet/training/shrinking.hpp"

namespace coppice {

class Session;

struct MeasurerOptions {
  /// "accuracy", latency_target() of each runtime that times, "energy_mj" where a counter can be
  /// read.
  std::vector<std::string> targets;
  std::filesystem::path onnxruntime;  ///< see bind_onnxruntime
  std::size_t held_out_images = 0;    ///< of the held-out part used; 0: all
  int repeats = 30;                   ///< timings a network
  double energy_seconds = 1;          ///< EnergyProbeOptions::window_s
};

class NetworkMeasurer {
 public:
  /// Opens the run's supernet, images and measurements; what was measured before is kept when the
  /// conditions are the same. `session` is borrowed. The caller holds the run's lock. Throws Error
  /// when the run has no supernet of many networks, when a runtime or an energy counter is missing,
  /// and when the measurements were made under other conditions.
  NetworkMeasurer(std::filesystem::path run, MeasurerOptions options, Session& session);

  /// Measures those targets of the networks that are not known, in groups that share one course of
  /// the machine, and saves after each group. Of several ranks all call this with the same
  /// networks: they share the accuracies, rank 0 does all the rest while the others wait. Calls
  /// `done` after each network. Throws Error(interrupted), with all that is known by then saved.
  void measure(const std::vector<Architecture>& architectures, const std::function<void()>& done);

  /// Whether all targets of the network are known.
  [[nodiscard]] bool measured(const Architecture& architecture) const;
  /// Null when nothing is known.
  [[nodiscard]] const Measurement* row_of(const Architecture& architecture) const;

  [[nodiscard]] const MeasurementTable& table() const noexcept { return table_; }
  [[nodiscard]] std::filesystem::path file() const;
  [[nodiscard]] const SearchSpace& space() const { return checkpoint_.supernet.space(); }
  /// Of the supernet's training.
  [[nodiscard]] Schedule schedule() const noexcept { return schedule_; }
  /// Whether the supernet has gone through all phases; else its networks will change.
  [[nodiscard]] bool finished() const;
  /// That accuracy is measured on.
  [[nodiscard]] std::size_t images() const { return data_.parts.held_out->size(); }
  /// The largest of all groups; none when nothing was timed.
  [[nodiscard]] std::optional<double> noise_floor_percent() const;

 private:
  void open_runtimes();
  void open_counter();
  void open_table();
  [[nodiscard]] bool wants(const std::string& target) const;
  [[nodiscard]] Measurement& known_row(const Architecture& architecture);
  void share_accuracies(const std::vector<Architecture>& group);
  void measure_with_ranks(const std::vector<Architecture>& group,
                          const std::function<void()>& done);
  void measure_group(const std::vector<Architecture>& group, const std::function<void()>& done);
  std::vector<Subnet> add_accuracies(const std::vector<Architecture>& unknown,
                                     const std::function<void()>& done);
  [[nodiscard]] bool lacks(const std::string& target, const Architecture& architecture) const;
  [[nodiscard]] std::vector<Subnet> without(const std::string& target,
                                            const std::vector<Subnet>& subnets) const;
  void add_latencies(const std::vector<Subnet>& subnets);
  void add_energies(const std::vector<Subnet>& subnets);
  using SubnetTimer = std::function<LatencyReport(const std::vector<Subnet>&)>;
  void add_latency(const std::string& target,
                   const std::vector<Subnet>& subnets,
                   const SubnetTimer& time);
  void save();
  void save_now_and_then();

  std::filesystem::path run_;
  MeasurerOptions options_;
  Session& session_;
  Checkpoint checkpoint_;
  Schedule schedule_;
  RunData data_;
  MeasurementTable table_;
  std::unique_ptr<PowerMeter> meter_;        ///< with a counter; null: no energy is asked for
  std::string counter_;                      ///< what it is called
  std::map<std::string, FileTimer> timers_;  ///< of runtimes other than libtorch, by target
  std::vector<double> noise_floors_;         ///< of each group
  Seconds saved_;
};

}  // namespace coppice

#include "experiments/tensors/network_measurer.hpp"

#include <algorithm>
#include <utility>

#include "experiments/run_folder.hpp"
#include "experiments/runtime_options.hpp"
#include "experiments/tensors/latency_anchor.hpp"
#include "experiments/tensors/runtimes.hpp"
#include "experiments/tensors/scratch_folder.hpp"
#include "experiments/tensors/session.hpp"
#include "experiments/tensors/shared_accuracy.hpp"
#include "export/onnx_file.hpp"
#include "predictors/energy_probe.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/interruption.hpp"
#include "supernet/base/sha256.hpp"
#include "supernet/training/many_subnets.hpp"

namespace coppice {
namespace {

constexpr const char* kAccuracy = "accuracy";
constexpr const char* kLatency = "latency_ms";  // in libtorch
constexpr const char* kEnergy = "energy_mj";
// At most, timed together, to share one course of the machine.
constexpr std::size_t kTimedTogether = 20;
// What a crash may cost of slow evaluations.
const Seconds kSaveEvery(2.0);

// Files that other runtimes load.
std::vector<TimedFile> onnx_files(const std::vector<Subnet>& subnets,
                                  const std::filesystem::path& folder) {
  std::vector<TimedFile> files;
  for (const Subnet& subnet : subnets) {
    const auto path = folder / (std::to_string(files.size()) + ".onnx");
    write_onnx(subnet.plain(), {}, path);
    files.push_back({path, subnet.plan().input_channels, subnet.plan().resolution});
  }
  return files;
}

// What one rank saw stops all of them at the same place.
void stop_together(bool interrupted) {
  if (interrupted) throw Error("interrupted while measuring", Failure::interrupted);
}

}  // namespace

NetworkMeasurer::NetworkMeasurer(std::filesystem::path run,
                                 MeasurerOptions options,
                                 Session& session)
    : run_(std::move(run)),
      options_(std::move(options)),
      session_(session),
      checkpoint_(load_checkpoint(run_ / kRunSupernetFile)),
      schedule_(parse_schedule(recorded_training(run_).schedule)),
      data_(open_run_data(recorded_training(run_), &checkpoint_.info.preprocessing)) {
  require_usage(checkpoint_.info.only.empty(),
                run_.string(),
                " holds one trained network; there are no others to measure");
  checkpoint_.supernet.to(session.device());
  auto& held_out = data_.parts.held_out;
  const std::size_t wanted = options_.held_out_images;
  require_usage(wanted <= held_out->size(),
                "--held-out-images = ",
                wanted,
                ", but ",
                held_out->size(),
                " images are held out in ",
                run_.string());
  if (wanted > 0 && wanted < held_out->size()) held_out = held_out->first(wanted);
  if (session.leads()) {  // times alone, while the others wait
    open_runtimes();
    open_counter();
  }
  open_table();
}

void NetworkMeasurer::measure(const std::vector<Architecture>& architectures,
                              const std::function<void()>& done) {
  std::vector<Architecture> missing;
  for (const Architecture& architecture : architectures) {
    if (measured(architecture)) {
      done();
    } else {
      missing.push_back(architecture);
    }
  }
  // Of like sizes: one left over would be timed with nothing beside it.
  const std::size_t groups = (missing.size() + kTimedTogether - 1) / kTimedTogether;
  const auto place = [&](std::size_t group) {
    return missing.begin() + static_cast<std::ptrdiff_t>(group * missing.size() / groups);
  };
  for (std::size_t group = 0; group < groups; ++group) {
    if (!session_.ranks()) stop_if_interrupted("while measuring");
    measure_with_ranks({place(group), place(group + 1)}, done);
  }
}

bool NetworkMeasurer::measured(const Architecture& architecture) const {
  const Measurement* row = row_of(architecture);
  const auto& names = options_.targets;
  return row != nullptr && std::all_of(names.begin(), names.end(), [row](const auto& target) {
           return row->targets.count(target) > 0;
         });
}

const Measurement* NetworkMeasurer::row_of(const Architecture& architecture) const {
  const auto found =
      std::find_if(table_.rows.begin(), table_.rows.end(), [&](const Measurement& row) {
        return row.architecture == architecture;
      });
  return found == table_.rows.end() ? nullptr : &*found;
}

std::filesystem::path NetworkMeasurer::file() const { return run_ / kRunMeasurementsFile; }

bool NetworkMeasurer::finished() const {
  return checkpoint_.state.phase >= schedule_phases(schedule_, space()).size();
}

std::optional<double> NetworkMeasurer::noise_floor_percent() const {
  if (noise_floors_.empty()) return std::nullopt;
  return *std::max_element(noise_floors_.begin(), noise_floors_.end());
}

// Runtimes other than libtorch, which is always here.
void NetworkMeasurer::open_runtimes() {
  for (const std::string& runtime : runtime_names()) {
    const std::string target = latency_target(runtime);
    if (target == kLatency || !wants(target)) continue;
    if (runtime == "opencv") {
      timers_.emplace(target, opencv_timer(session_.clock()));
      continue;
    }
    const FoundOnnxRuntime found = find_onnxruntime(options_.onnxruntime);
    require(found.runtime != nullptr, found.missing);
    timers_.emplace(target, onnxruntime_timer(found.runtime));
  }
}

// Energy is a counter's or none: refused before anything is measured.
void NetworkMeasurer::open_counter() {
  if (!wants(kEnergy)) return;
  meter_ = make_power_meter({}, session_.clock());
  counter_ = counter_methods(meter_->read());
  require_usage(!counter_.empty(),
                "--what = energy, but no energy counter can be read here (",
                meter_->description(),
                "); measure accuracy and latency, or read a wall or USB meter and see coppice "
                "device --help");
}

void NetworkMeasurer::open_table() {
  const TimingConditions timing = timing_conditions();
  table_.space = space().name();
  table_.conditions = {{"supernet_sha256", sha256_of_file(run_ / kRunSupernetFile)},
                       {"split", "held out from the training set"},
                       {"images", std::to_string(data_.parts.held_out->size())},
                       {"device", timing.device},
                       {"runtime", timing.runtime},
                       {"threads", std::to_string(timing.threads)},
                       {"batch", std::to_string(timing.batch)}};
  for (const auto& [target, timer] : timers_) {
    table_.conditions["runtime of " + target] = timer.conditions.runtime;
  }
  if (wants(kEnergy)) table_.conditions["energy meter"] = counter_;
  if (!std::filesystem::exists(file())) return;
  const MeasurementTable before = load_measurements(file(), space());
  // A runtime that was not asked for before, or is not now, stands in no one's way.
  for (const auto& [name, value] : before.conditions) {
    const std::string& now = table_.conditions.emplace(name, value).first->second;
    // Other ranks may be machines of another kind; they time nothing.
    require(now == value || !session_.leads(),
            file().string(),
            " was measured under other conditions: ",
            name,
            " = ",
            value,
            " there, ",
            now,
            " now; remove it to measure anew");
  }
  table_.rows = before.rows;
}

bool NetworkMeasurer::wants(const std::string& target) const {
  const auto& names = options_.targets;
  return std::find(names.begin(), names.end(), target) != names.end();
}

Measurement& NetworkMeasurer::known_row(const Architecture& architecture) {
  const Measurement* found = row_of(architecture);
  if (found != nullptr) return table_.rows[static_cast<std::size_t>(found - table_.rows.data())];
  table_.rows.push_back({architecture, {}, {}});
  return table_.rows.back();
}

void NetworkMeasurer::measure_with_ranks(const std::vector<Architecture>& group,
                                         const std::function<void()>& done) {
  const RankGroup* ranks = session_.ranks().get();
  if (ranks == nullptr) return measure_group(group, done);
  if (wants(kAccuracy)) share_accuracies(group);
  bool interrupted = false;
  try {
    if (ranks->leads()) measure_group(group, done);
  } catch (const Error& error) {
    if (error.failure() != Failure::interrupted) throw;
    interrupted = true;
  }
  stop_together(ranks->sum({interrupted ? 1.0 : 0.0}).front() > 0);
}

void NetworkMeasurer::share_accuracies(const std::vector<Architecture>& group) {
  std::vector<Architecture> unknown;
  for (const Architecture& architecture : group) {
    if (lacks(kAccuracy, architecture)) unknown.push_back(architecture);
  }
  const SharedAccuracies found =
      shared_accuracies(checkpoint_.supernet, unknown, data_.parts, *session_.ranks());
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    if (found.percent[i]) known_row(unknown[i]).targets[kAccuracy] = *found.percent[i];
  }
  if (found.interrupted && session_.leads()) save();
  stop_together(found.interrupted);
}

void NetworkMeasurer::measure_group(const std::vector<Architecture>& group,
                                    const std::function<void()>& done) {
  std::vector<Architecture> unknown;
  std::vector<Subnet> subnets;  // to be timed: statistics cost no time
  for (const Architecture& architecture : group) {
    if (wants(kAccuracy) && lacks(kAccuracy, architecture)) {
      unknown.push_back(architecture);
    } else {
      subnets.push_back(checkpoint_.supernet.extract(architecture));
      done();
    }
  }
  try {
    for (Subnet& subnet : add_accuracies(unknown, done)) subnets.push_back(std::move(subnet));
  } catch (const Error& error) {
    if (error.failure() == Failure::interrupted) save();
    throw;
  }
  add_latencies(subnets);
  if (wants(kEnergy)) add_energies(subnets);
  save();
}

std::vector<Subnet> NetworkMeasurer::add_accuracies(const std::vector<Architecture>& unknown,
                                                    const std::function<void()>& done) {
  std::vector<Subnet> subnets =
      calibrated_subnets(checkpoint_.supernet, unknown, *data_.parts.calibration);
  evaluate_all(subnets, *data_.parts.held_out, [&](std::size_t i, const Accuracy& accuracy) {
    known_row(unknown[i]).targets[kAccuracy] = accuracy.percent();
    save_now_and_then();
    done();
  });
  return subnets;
}

bool NetworkMeasurer::lacks(const std::string& target, const Architecture& architecture) const {
  const Measurement* known = row_of(architecture);
  return known == nullptr || known->targets.count(target) == 0;
}

// What is known stays: only the others are measured.
std::vector<Subnet> NetworkMeasurer::without(const std::string& target,
                                             const std::vector<Subnet>& subnets) const {
  std::vector<Subnet> missing;
  for (const Subnet& subnet : subnets) {
    if (lacks(target, subnet.architecture())) missing.push_back(subnet);
  }
  return missing;
}

void NetworkMeasurer::add_energies(const std::vector<Subnet>& subnets) {
  const std::vector<Subnet> missing = without(kEnergy, subnets);
  if (missing.empty()) return;
  EnergyProbeOptions probe;
  probe.window_s = options_.energy_seconds;
  probe.seed = session_.common().seed;
  const auto energies = meter_subnets(missing, *meter_, probe, session_.clock());
  for (std::size_t i = 0; i < missing.size(); ++i) {
    known_row(missing[i].architecture()).targets[kEnergy] = energies[i];
  }
}

void NetworkMeasurer::add_latencies(const std::vector<Subnet>& subnets) {
  const TimingOptions timing{options_.repeats, session_.common().seed};
  if (wants(kLatency)) {
    add_latency(kLatency, subnets, [&](const std::vector<Subnet>& timed) {
      return time_subnets(timed, timing, session_.clock());
    });
  }
  for (const auto& [target, timer] : timers_) {
    const FileTimer& runtime = timer;
    add_latency(target, subnets, [&](const std::vector<Subnet>& timed) {
      const ScratchFolder scratch(run_);
      return runtime.time(onnx_files(timed, scratch.path()), timing);
    });
  }
}

// Groups are timed at different moments of a machine that others may use, too.
void NetworkMeasurer::add_latency(const std::string& target,
                                  const std::vector<Subnet>& subnets,
                                  const SubnetTimer& time) {
  const std::vector<Subnet> missing = without(target, subnets);
  if (missing.empty()) return;
  const std::optional<LatencyAnchor> anchor = first_timed(table_, target);
  std::vector<Subnet> timed;
  if (anchor) timed.push_back(checkpoint_.supernet.extract(anchor->architecture));
  timed.insert(timed.end(), missing.begin(), missing.end());
  LatencyReport report = time(timed);
  settle(report, anchor);
  for (std::size_t i = 0; i < missing.size(); ++i) {
    Measurement& row = known_row(missing[i].architecture());
    row.targets[target] = report.networks[i].median_ms;
    if (target == kLatency) row.latency_samples_ms = report.networks[i].samples_ms;
  }
  noise_floors_.push_back(report.noise_floor_percent);
}

void NetworkMeasurer::save() {
  save_measurements(file(), space(), table_);
  saved_ = session_.clock().now();
}

void NetworkMeasurer::save_now_and_then() {
  if (session_.clock().now() - saved_ >= kSaveEvery) save();
}

}  // namespace coppice

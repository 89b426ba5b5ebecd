#include "predictors/power_meter.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <utility>

#include "predictors/cpu_model.hpp"
#include "predictors/estimate.hpp"
#include "predictors/hardware_meters.hpp"
#include "predictors/poller.hpp"
#include "predictors/processor_time.hpp"
#include "predictors/rapl.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"

namespace coppice {
namespace {

// The smallest counters wrap after 65 kJ, under four minutes at full load: a phase that lasts for
// hours would lose energy if only its ends were read.
constexpr std::chrono::seconds kRaplPeriod{20};

/// Memory has no counter that is read here: a constant power over time.
class RamModel {
 public:
  RamModel(Watts power, const Clock& clock) : power_(power), clock_(&clock), start_(clock.now()) {}
  [[nodiscard]] ComponentEnergy read() const {
    return {power_ * (clock_->now() - start_), "ram-model", false, kUncalibratedFactor};
  }

 private:
  Watts power_;
  const Clock* clock_;
  Seconds start_;
};

class RaplMeter final : public PowerMeter {
 public:
  RaplMeter(const std::filesystem::path& powercap,
            const Clock& clock,
            RamModel ram,
            const std::string& ram_text)
      : rapl_(powercap, clock),
        ram_(ram),
        description_(text("rapl: counters of ", rapl_.zones(), "; ", ram_text)),
        poller_([this] { poll(); }, kRaplPeriod) {}

  [[nodiscard]] EnergyReading read() override {
    const std::lock_guard lock(mutex_);
    EnergyReading reading;
    const Joules counted = rapl_.read();
    // Every number says so from then on: without a zone it is too small.
    const char* method = rapl_.lost().empty() ? "rapl" : "rapl, a counter was lost";
    reading.cpu = {counted, method, true, kCounterFactor};
    reading.ram = ram_.read();
    return reading;
  }
  [[nodiscard]] std::string description() const override {
    const std::lock_guard lock(mutex_);
    std::string all = description_;
    if (!rapl_.lost().empty()) {
      all += "; could not be read any more, counts nothing: " + rapl_.lost();
    }
    if (rapl_.jumps() == 0) return all;
    return text(
        all, "; ", rapl_.jumps(), " steps left out: no package draws ", kMostPackageWatts, " W");
  }
  [[nodiscard]] std::string tracking_mode() const override { return "machine"; }

 private:
  void poll() {
    const std::lock_guard lock(mutex_);
    static_cast<void>(rapl_.read());
  }

  RaplReader rapl_;
  RamModel ram_;
  std::string description_;
  mutable std::mutex mutex_;
  Poller poller_;  // last: it uses all of the above
};

class CpuModelMeter final : public PowerMeter {
 public:
  CpuModelMeter(const ThreadPower& thread,
                std::function<Seconds()> cpu_time,
                RamModel ram,
                std::string description)
      : watts_(thread.watts),
        cpu_time_(std::move(cpu_time)),
        start_(cpu_time_()),
        ram_(ram),
        description_(std::move(description)) {}

  [[nodiscard]] EnergyReading read() override {
    const std::lock_guard lock(mutex_);
    // A child's time may shrink by a hundredth of a second while it ends.
    used_ = std::max(used_, cpu_time_() - start_);
    EnergyReading reading;
    reading.cpu = {watts_ * used_, "cpu-model", false, kUncalibratedFactor};
    reading.ram = ram_.read();
    return reading;
  }
  [[nodiscard]] std::string description() const override { return description_; }
  [[nodiscard]] std::string tracking_mode() const override { return "process"; }

 private:
  Watts watts_;
  std::function<Seconds()> cpu_time_;
  Seconds start_;
  Seconds used_;
  std::mutex mutex_;
  RamModel ram_;
  std::string description_;
};

ComponentEnergy difference(const ComponentEnergy& end, const ComponentEnergy& begin) {
  ComponentEnergy result = end;
  result.energy = end.energy - begin.energy;
  return result;
}

/// Memory to charge: all of it for a counter of the whole machine, else the process' share.
double charged_ram_gb(const MeterOptions& options, double share) {
  if (options.ram_gb > 0) return options.ram_gb;
  const double found = parse_ram_gb(read_text_file(options.proc / "meminfo"));
  require(found > 0,
          "no MemTotal in ",
          (options.proc / "meminfo").string(),
          "; say how much memory to charge (ram_gb)");
  return found * share;
}

}  // namespace

EnergyReading operator-(const EnergyReading& end, const EnergyReading& begin) {
  return {difference(end.cpu, begin.cpu),
          difference(end.gpu, begin.gpu),
          difference(end.ram, begin.ram)};
}

std::string method_text(const EnergyReading& reading) {
  std::string methods;
  for (const auto* part : {&reading.cpu, &reading.gpu, &reading.ram}) {
    if (part->method == "none") continue;
    methods += (methods.empty() ? "" : "+") + part->method;
  }
  return methods.empty() ? "none" : methods;
}

namespace {

// Processor and memory, by counters or by the model.
std::unique_ptr<PowerMeter> make_processor_meter(const MeterOptions& options, const Clock& clock) {
  require_usage(
      options.ram_gb >= 0, "ram_gb = ", options.ram_gb, ", must be >= 0 (0: this machine's)");
  const CpuInfo cpu = parse_cpu_info(read_text_file(options.proc / "cpuinfo"));
  const ThreadPower thread = thread_power(cpu, options.tdp_watts, options.chip_threads);
  const std::string no_rapl =
      options.kind == MeterKind::model ? "not asked for" : why_no_rapl(options.powercap);
  require(options.kind != MeterKind::rapl || no_rapl.empty(), no_rapl);

  const double share =
      no_rapl.empty() ? 1.0
                      : std::min(1.0, static_cast<double>(allowed_processors()) / cpu.processors);
  const double gigabytes = charged_ram_gb(options, share);
  const Watts ram_watts = ram_power(gigabytes, cpu.arm);
  const RamModel ram(ram_watts, clock);
  const std::string ram_text =
      text("ram-model: ", ram_watts.value(), " W for ", gigabytes, " GB of memory");
  if (no_rapl.empty()) return std::make_unique<RaplMeter>(options.powercap, clock, ram, ram_text);
  std::string description = text("cpu-model: ", thread.source, "; ", ram_text);
  if (options.kind != MeterKind::model) description += text("; no measurement: ", no_rapl);
  return std::make_unique<CpuModelMeter>(
      thread, options.cpu_time ? options.cpu_time : process_cpu_time, ram, description);
}

}  // namespace

std::unique_ptr<PowerMeter> make_power_meter(const MeterOptions& options, const Clock& clock) {
  if (options.kind == MeterKind::automatic) {
    if (auto sensor = BoardSensor::find(options.i2c_drivers)) {
      return make_board_meter(std::move(*sensor), clock);
    }
  }
  auto meter = make_processor_meter(options, clock);
  // Who works on the processor is not charged what others do on the GPUs.
  if (!options.gpus || !NvmlReader::why_not(options.nvml).empty()) return meter;
  return with_gpus(std::move(meter), std::make_unique<NvmlReader>(options.nvml));
}

}  // namespace coppice

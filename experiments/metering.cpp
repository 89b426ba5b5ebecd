#include "experiments/metering.hpp"

#include <array>
#include <chrono>
#include <ctime>
#include <mutex>
#include <utility>

#include "experiments/run_folder.hpp"
#include "predictors/cpu_model.hpp"
#include "predictors/energy_csv.hpp"

namespace coppice {

class JointMeter final : public PowerMeter {
 public:
  explicit JointMeter(std::unique_ptr<PowerMeter> own) : own_(std::move(own)) {}

  [[nodiscard]] EnergyReading read() override {
    EnergyReading reading = own_->read();
    const std::lock_guard<std::mutex> lock(mutex_);
    reading.cpu.energy += Joules(others_[0]);
    reading.gpu.energy += Joules(others_[1]);
    reading.ram.energy += Joules(others_[2]);
    return reading;
  }
  [[nodiscard]] std::string description() const override { return own_->description(); }
  [[nodiscard]] std::string tracking_mode() const override { return own_->tracking_mode(); }
  [[nodiscard]] std::vector<std::string> gpus() const override { return own_->gpus(); }

  [[nodiscard]] std::array<double, 3> own_joules(bool for_machine) const {
    const EnergyReading reading = own_->read();
    // Models of processors know this process's time; counters, and models of memory, the machine's.
    const bool processors = for_machine || own_->tracking_mode() == "process";
    return {processors ? reading.cpu.energy.value() : 0,
            for_machine ? reading.gpu.energy.value() : 0,
            for_machine ? reading.ram.energy.value() : 0};
  }

  void set_others(const std::array<double, 3>& joules) {
    const std::lock_guard<std::mutex> lock(mutex_);
    others_ = joules;
  }

 private:
  std::unique_ptr<PowerMeter> own_;
  mutable std::mutex mutex_;
  std::array<double, 3> others_{};
};

namespace {

RunIdentity identity_of(const std::filesystem::path& run, const PowerMeter& meter) {
  RunIdentity identity;
  identity.timestamp = utc_now();
  identity.run_id = std::filesystem::absolute(run).lexically_normal().filename().string();
  identity.os = "linux";
  identity.cpu_model = processor_name();
  identity.cpu_count = allowed_processors();
  identity.ram_total_gb = parse_ram_gb(read_text_file("/proc/meminfo"));
  identity.tracking_mode = meter.tracking_mode();
  identity.gpus = meter.gpus();
  return identity;
}

MeterOptions meter_options(const ChargeOptions& charge, bool gpus) {
  MeterOptions options;
  options.gpus = gpus;
  options.tdp_watts = charge.tdp;
  return options;
}

GridIntensity grid_of(const ChargeOptions& charge) {
  return GridTable::built_in().find(charge.grid.empty() ? kDefaultRegion : charge.grid);
}

}  // namespace

PhaseMeter::PhaseMeter(const ChargeOptions& charge, bool gpus)
    : meter_(std::make_unique<JointMeter>(make_power_meter(meter_options(charge, gpus), clock_))),
      ledger_(*meter_, clock_, grid_of(charge), charge.pue) {}

PhaseMeter::~PhaseMeter() = default;

std::string PhaseMeter::description() const { return meter_->description(); }

std::array<double, 3> PhaseMeter::own_joules(bool for_machine) const {
  return meter_->own_joules(for_machine);
}

void PhaseMeter::set_others(const std::array<double, 3>& joules) { meter_->set_others(joules); }

void PhaseMeter::begin(const std::string& phase) {
  end();
  scope_.emplace(ledger_.phase(phase));
}

Estimate PhaseMeter::so_far() const { return scope_->so_far().energy_j; }

void PhaseMeter::end() {
  if (scope_) scope_->end();
  scope_.reset();
}

SpentEnergy PhaseMeter::spent() {
  end();
  const PhaseRecord& record = ledger_.records().back();
  return {record.duration, record.energy_j, record.co2e_g, basis_text(record.energy)};
}

void PhaseMeter::record(const std::filesystem::path& run) {
  end();
  write(run, ledger_.records());
}

void PhaseMeter::record_so_far(const std::filesystem::path& run) {
  std::vector<PhaseRecord> records = ledger_.records();
  if (scope_) records.push_back(scope_->so_far());
  write(run, records);
}

void PhaseMeter::write(const std::filesystem::path& run, const std::vector<PhaseRecord>& records) {
  append_energy_csv(run / kRunEnergyFile,
                    records,
                    ledger_.grid(),
                    ledger_.pue(),
                    identity_of(run, *meter_),
                    written_);
  written_ = records.size();
}

RunEnergy::RunEnergy(const std::filesystem::path& run, const ChargeOptions& charge) : run_(run) {
  if (run.empty()) return;
  require_run(run);
  lock_.emplace(run);
  meter_.emplace(charge);
}

void RunEnergy::begin(const std::string& phase) {
  if (meter_) meter_->begin(phase);
}

void RunEnergy::record() {
  if (meter_) meter_->record(run_);
}

Joules recorded_energy(const std::filesystem::path& run, const std::string& phase) {
  double joules = 0;
  if (!std::filesystem::exists(run / kRunEnergyFile)) return Joules(joules);
  for (const EnergyRow& row : read_energy_csv(run / kRunEnergyFile)) {
    if (row.phase == phase) joules += row.energy_j.nominal;
  }
  return Joules(joules);
}

std::string utc_now() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 32> out{};
  std::strftime(out.data(), out.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return out.data();
}

std::string processor_name() {
  const std::string name = parse_cpu_info(read_text_file("/proc/cpuinfo")).name;
  return name.empty() ? "unknown processor" : name;
}

}  // namespace coppice

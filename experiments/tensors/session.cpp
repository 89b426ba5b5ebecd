#include "experiments/tensors/session.hpp"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <torch/version.h>

#include <chrono>
#include <ctime>
#include <opencv2/core/utility.hpp>
#include <utility>

#include "experiments/run_folder.hpp"
#include "predictors/cpu_model.hpp"
#include "predictors/energy_csv.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"

namespace coppice {
namespace {

void check_device(const std::string& device) {
  require_usage(device == "cpu" || at::hasCUDA(),
                "--device = ",
                device,
                ", but this libtorch has no CUDA; use cpu");
}

RunIdentity identity_of(const std::filesystem::path& run, const PowerMeter& meter) {
  RunIdentity identity;
  identity.timestamp = utc_now();
  identity.run_id = std::filesystem::absolute(run).lexically_normal().filename().string();
  identity.os = "linux";
  identity.cpu_model = processor_name();
  identity.cpu_count = allowed_processors();
  identity.tracking_mode = meter.tracking_mode();
  return identity;
}

}  // namespace

Session::Session(const CommonOptions& common, const std::string& phase)
    : common_(common),
      threads_(common.threads),
      meter_(make_power_meter({}, clock_)),
      ledger_(*meter_, clock_, GridTable::built_in().find(kDefaultRegion)) {
  check_device(common.device);
  at::set_num_threads(common.threads);
  cv::setNumThreads(common.threads);
  scope_ = std::make_unique<CarbonLedger::Scope>(ledger_.phase(phase));
}

void Session::end_phase() {
  if (scope_) scope_->end();
  scope_.reset();
}

Json Session::spent() {
  end_phase();
  const PhaseRecord& record = ledger_.records().back();
  return {{"seconds", record.duration.value()},
          {"threads", common_.threads},
          {"energy_j", record.energy_j.nominal},
          {"energy_low_j", record.energy_j.low},
          {"energy_high_j", record.energy_j.high},
          {"energy_basis", basis_text(record.energy)},
          {"co2e_g", record.co2e_g.nominal}};
}

void Session::record_energy(const std::filesystem::path& run) {
  end_phase();
  append_energy_csv(run / kRunEnergyFile,
                    ledger_.records(),
                    ledger_.grid(),
                    ledger_.pue(),
                    identity_of(run, *meter_));
}

RunLog::RunLog(const std::filesystem::path& run) : out_(run / kRunLogFile, std::ios::app) {
  require(out_.good(), "cannot write ", (run / kRunLogFile).string());
}

void RunLog::write(const std::string& event, Json fields) {
  Json line{{"time", utc_now()}, {"event", event}};
  line.update(fields);
  out_ << line.dump() << '\n' << std::flush;
}

std::string utc_now() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char out[32] = {};
  std::strftime(out, sizeof out, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return out;
}

std::string processor_name() {
  const std::string name = parse_cpu_info(read_text_file("/proc/cpuinfo")).name;
  return name.empty() ? "unknown processor" : name;
}

std::string torch_name() { return std::string("libtorch ") + TORCH_VERSION; }

}  // namespace coppice

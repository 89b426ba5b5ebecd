// `coppice device calibrate`: a device profile fitted to networks measured on the device.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "experiments/light_commands.hpp"
#include "experiments/metering.hpp"
#include "experiments/output.hpp"
#include "experiments/replaceable.hpp"
#include "predictors/device_calibration.hpp"
#include "predictors/measurements.hpp"
#include "predictors/rapl.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/files.hpp"

namespace coppice {
namespace {

using Json = nlohmann::ordered_json;

constexpr TextKind kProfileFile{"a device profile", "\"coppice-device-profile/", "--out"};
constexpr const char* kEnergyTarget = "energy_mj";
constexpr const char* kMeterCondition = "energy meter";
constexpr double kPerMilli = 1e-3;

NumberType type_of(const std::string& name) {
  if (name == "fp16") return NumberType::fp16;
  return name == "int8" ? NumberType::int8 : NumberType::fp32;
}

// Latency and, where the file has it, energy of the same rows.
MeasurementTable read_file(const DeviceCommand& command,
                           const SearchSpace& space,
                           const std::filesystem::path& path) {
  require(holds_target(path, command.latency),
          path.string(),
          " has no ",
          command.latency,
          "; a calibration needs the latency of every network beside its energy (--latency NAME "
          "names another column)");
  MeasurementTable table = read_measurements(path, space, command.latency);
  if (!holds_target(path, kEnergyTarget)) return table;
  const MeasurementTable energies = read_measurements(path, space, kEnergyTarget);
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const auto found = energies.rows[i].targets.find(kEnergyTarget);
    if (found != energies.rows[i].targets.end()) table.rows[i].targets.insert(*found);
  }
  return table;
}

MeasurementTable read_all(const DeviceCommand& command, const SearchSpace& space) {
  MeasurementTable all;
  for (const auto& path : command.measurements) {
    MeasurementTable table = read_file(command, space, path);
    require(all.rows.empty() || table.conditions == all.conditions,
            path.string(),
            " was measured under other conditions than ",
            command.measurements.front().string(),
            "; calibrate one profile for each device");
    all.conditions = table.conditions;
    all.rows.insert(all.rows.end(), table.rows.begin(), table.rows.end());
  }
  merge_repeats(all);
  return all;
}

bool any_energy(const MeasurementTable& table) {
  for (const Measurement& row : table.rows) {
    if (row.targets.count(kEnergyTarget) > 0) return true;
  }
  return false;
}

// Rows without a latency, or without the energy that others have, cannot serve.
std::vector<MeasuredNetwork> networks_of(const DeviceCommand& command,
                                         const SearchSpace& space,
                                         const MeasurementTable& table) {
  const bool with_energy = any_energy(table);
  std::vector<MeasuredNetwork> networks;
  for (const Measurement& row : table.rows) {
    const auto latency = row.targets.find(command.latency);
    const auto energy = row.targets.find(kEnergyTarget);
    if (latency == row.targets.end()) continue;
    if (with_energy && energy == row.targets.end()) continue;
    MeasuredNetwork network;
    network.plan = plan_layers(space, row.architecture);
    network.latency_s = latency->second * kPerMilli;
    if (with_energy) network.energy_j = energy->second * kPerMilli;
    networks.push_back(std::move(network));
  }
  return networks;
}

CalibrationOptions options_of(const DeviceCommand& command, const MeasurementTable& table) {
  CalibrationOptions options;
  options.type = type_of(command.numbers);
  options.date = utc_now().substr(0, 10);
  for (const char* condition : {"device", "runtime", "threads"}) {
    const auto found = table.conditions.find(condition);
    if (found == table.conditions.end()) continue;
    options.conditions += (options.conditions.empty() ? "" : ", ") + found->second +
                          (found->first == "threads" ? " threads" : "");
  }
  options.meter = command.meter;
  const auto recorded = table.conditions.find(kMeterCondition);
  if (options.meter.empty() && recorded != table.conditions.end()) options.meter = recorded->second;
  require_usage(!any_energy(table) || !options.meter.empty(),
                "--meter is missing: say what read ",
                kEnergyTarget,
                " of ",
                command.measurements.front().string(),
                ": rapl, nvml, ina3221, usb or wall");
  return options;
}

// What is said where no joule was measured: none is invented.
std::string no_energy_note(const DeviceCommand& command) {
  const std::string why = why_no_rapl(MeterOptions{}.powercap);
  const std::string way =
      why.empty()
          ? "measure --what energy reads this machine's counters"
          : "for a device of your own write the readings of a wall or USB meter into a CSV with "
            "the columns arch, energy_mj and latency_ms";
  return text(command.measurements.front().string(),
              " has no ",
              kEnergyTarget,
              ", so latency is calibrated and joules stay those of the base; ",
              why.empty() ? "" : why + "; ",
              way);
}

Json quality_json(const CalibrationQuality& quality) {
  return {{"mape_percent_before", quality.mape_before},
          {"mape_percent_after", quality.mape_after},
          {"mape_percent_left_out", quality.mape_left_out},
          {"spearman_rho", quality.rho},
          {"factor", quality.factor}};
}

Json number(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json fields_json(const DeviceProfile& profile, NumberType type) {
  const auto& mac = type == NumberType::fp32   ? profile.fp32_mac_pj
                    : type == NumberType::fp16 ? profile.fp16_mac_pj
                                               : profile.int8_mac_pj;
  return {{"efficiency_conv", number(profile.conv_efficiency)},
          {"efficiency_dwconv", number(profile.dwconv_efficiency)},
          {"efficiency_fc", number(profile.fc_efficiency)},
          {"launch_us", number(profile.launch_us)},
          {"dram_bw_Bps", number(profile.dram_bytes_per_s)},
          {"static_W", number(profile.static_watts)},
          {"mac_pJ", number(mac)},
          {"dram_pJ_per_B", number(profile.dram_pj_per_byte)}};
}

std::string as_json(const DeviceCommand& command, const Calibration& calibration) {
  return Json{
      {"id", calibration.profile.id},
      {"n", calibration.networks},
      {"latency", quality_json(calibration.latency)},
      {"energy", calibration.energy ? quality_json(*calibration.energy) : Json(nullptr)},
      {"fitted", fields_json(calibration.profile, type_of(command.numbers))},
      {"confidence", calibration.energy ? "calibrated" : "latency calibrated, energy uncalibrated"},
      {"notes", calibration.notes},
      {"run", {{"file", command.out.string()}}}}
      .dump();
}

std::string quality_line(const char* what, const CalibrationQuality& quality) {
  return fmt::format("{:<10}{:>10.1f} %{:>14.1f} %{:>14.1f} %{:>19.3f}\n",
                     what,
                     quality.mape_before,
                     quality.mape_after,
                     quality.mape_left_out,
                     quality.rho);
}

std::string as_table(const DeviceCommand& command, const Calibration& calibration) {
  std::string out = fmt::format("{} networks, mean error\n{:<10}{:>12}{:>16}{:>16}{:>19}\n",
                                calibration.networks,
                                "",
                                "before",
                                "after",
                                "left out",
                                "rank correlation");
  out += quality_line("latency", calibration.latency);
  if (calibration.energy) out += quality_line("energy", *calibration.energy);
  const Json fields = fields_json(calibration.profile, type_of(command.numbers));
  for (const auto& [name, value] : fields.items()) {
    if (!value.is_null()) out += fmt::format("{:<18}{:.4g}\n", name, value.get<double>());
  }
  for (const std::string& note : calibration.notes) out += "note: " + note + "\n";
  return out + "written to " + command.out.string() + ": " + confidence_class(calibration.profile) +
         "\n";
}

}  // namespace

void run_device(const DeviceCommand& command) {
  require_no_input(command.out, "--measurements", command.measurements);
  require_no_input(command.out, "--profile", {command.profile});
  require_replaceable(command.out, kProfileFile);
  const DeviceProfile base = read_device_profile(command.profile);
  const SearchSpace space = make_space(command.space);
  const MeasurementTable table = read_all(command, space);
  Calibration calibration =
      calibrate_profile(base, networks_of(command, space, table), options_of(command, table));
  if (!calibration.energy) {
    calibration.notes.insert(calibration.notes.begin(), no_energy_note(command));
  }
  DeviceProfile& profile = calibration.profile;
  profile.id = command.id.empty() ? command.out.stem().string() : command.id;
  profile.name = command.name.empty() ? base.name + ", calibrated" : command.name;
  if (command.out.has_parent_path()) make_folder(command.out.parent_path());
  write_device_profile(command.out, profile);
  print_result(command.common.json ? as_json(command, calibration)
                                   : as_table(command, calibration));
}

}  // namespace coppice

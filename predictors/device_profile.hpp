// What is known about a device: speed, power, energy per operation, and where each number is from.
//
// A JSON file, schema "coppice-device-profile/1"; predictors/README.md lists the keys. A number
// that is not known is null or absent, never a guess without a name: every number in the file must
// be covered by an entry of "provenance", whose source is "assumption" where it is one.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "predictors/grid_intensity.hpp"

namespace coppice {

/// Where the numbers of one field, or of a group of fields ("power"), come from.
struct Provenance {
  std::string field;       ///< "power.static_W" or "power"
  std::string source;      ///< paper, data sheet, measurement; "assumption ..." where it is one
  std::string url;         ///< may be empty
  std::string confidence;  ///< "high", "medium" or "low"
};

/// Units are in the names; ops count a multiply-accumulate as two. Empty: unknown.
struct DeviceProfile {
  std::string id;            ///< "raspberry-pi-4"
  std::string name;          ///< for people
  std::string device_class;  ///< "class": phone, mcu, sbc, laptop, server-cpu, server-gpu

  std::optional<double> fp32_ops_per_s;      ///< compute.peak_ops.fp32
  std::optional<double> fp16_ops_per_s;      ///< compute.peak_ops.fp16
  std::optional<double> int8_ops_per_s;      ///< compute.peak_ops.int8
  std::optional<double> conv_efficiency;     ///< compute.efficiency.conv, share of the peak
  std::optional<double> dwconv_efficiency;   ///< compute.efficiency.dwconv
  std::optional<double> fc_efficiency;       ///< compute.efficiency.fc
  std::optional<double> launch_us;           ///< compute.launch_us, per layer
  std::optional<double> dram_bytes_per_s;    ///< memory.dram_bw_Bps, what programs reach
  std::optional<double> cache_bytes;         ///< memory.llc_bytes
  std::optional<double> idle_watts;          ///< power.idle_W
  std::optional<double> static_watts;        ///< power.static_W, while computing, without the work
  std::optional<double> max_watts;           ///< power.max_W
  std::optional<double> platform_watts;      ///< power.platform_W, board, fans, radio
  std::optional<double> psu_factor;          ///< power.psu_factor, wall / device
  std::optional<double> fp32_mac_pj;         ///< energy.mac_pJ.fp32
  std::optional<double> fp16_mac_pj;         ///< energy.mac_pJ.fp16
  std::optional<double> int8_mac_pj;         ///< energy.mac_pJ.int8
  std::optional<double> dram_pj_per_byte;    ///< energy.dram_pJ_per_B
  std::optional<double> sram_pj_per_byte;    ///< energy.sram_pJ_per_B
  std::optional<double> pue;                 ///< facility.pue
  std::optional<double> grams_per_kwh;       ///< facility.intensity_g_per_kWh
  std::optional<double> grams_per_kwh_year;  ///< facility.intensity_year
  std::optional<double> embodied_kg;         ///< embodied.kgCO2e
  std::optional<double> lifetime_hours;      ///< embodied.lifetime_h
  std::optional<double> utilisation;         ///< embodied.utilisation, share of the lifetime in use
  std::optional<double> embodied_share;      ///< embodied.share, of the device used for this
  std::optional<double> calibration_subnets;  ///< calibration.n
  std::optional<double> calibration_mape;     ///< calibration.mape, percent, leave-one-out
  std::optional<double> calibration_rho;      ///< calibration.rho, Spearman
  std::optional<double> latency_subnets;      ///< calibration.latency_n, of the roofline
  std::optional<double> latency_mape;         ///< calibration.latency_mape, percent, leave-one-out
  std::optional<double> latency_rho;          ///< calibration.latency_rho, Spearman

  std::string grid = kDefaultRegion;        ///< facility.grid
  std::string calibration_method = "none";  ///< calibration.method: none or nnls
  std::string calibration_meter;            ///< calibration.meter: rapl, nvml, ina3221, wall ...
  std::string calibration_date;             ///< calibration.date
  std::vector<Provenance> provenance;
  double factor_low = 0.5;   ///< uncertainty.factor_low, in (0, 1]
  double factor_high = 2.0;  ///< uncertainty.factor_high, >= 1
};

/// Lets `entry` explain exactly its field, first of all. What explained the same field goes, and so
/// do entries of groups whose known numbers all have entries of their own.
void set_provenance(DeviceProfile& profile, const Provenance& entry);

/// Throws Error naming the profile and the field: out of range, unknown class, number without
/// provenance, static power below idle ...
void validate(const DeviceProfile& profile);

/// Reads JSON text; `origin` names it in errors. An unknown key is an error. Validates.
[[nodiscard]] DeviceProfile parse_device_profile(const std::string& json,
                                                 const std::string& origin);
[[nodiscard]] DeviceProfile read_device_profile(const std::filesystem::path& path);

/// The profile as JSON that parse_device_profile reads back; unknown numbers are null.
[[nodiscard]] std::string to_json(const DeviceProfile& profile);

/// Validates, then replaces the file in one step.
void write_device_profile(const std::filesystem::path& path, const DeviceProfile& profile);

/// The intensity where the device runs: the profile's own number, else its region in `table`.
[[nodiscard]] GridIntensity grid_of(const DeviceProfile& profile, const GridTable& table);

/// What its joules rest on: "uncalibrated (x0.5 to x2)", the same with ", latency calibrated on 20
/// networks (error 7 %)", or "calibrated on 20 subnets (rapl, 2026-11-23, error 9 %)".
[[nodiscard]] std::string confidence_class(const DeviceProfile& profile);

}  // namespace coppice

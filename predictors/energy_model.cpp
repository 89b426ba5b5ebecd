#include "predictors/energy_model.hpp"

#include <algorithm>

#include "predictors/carbon.hpp"
#include "supernet/base/error.hpp"

namespace coppice {
namespace {

constexpr double kPico = 1e-12;
constexpr double kGramsPerKilogram = 1000;
constexpr double kSecondsPerHour = 3600;

double mac_picojoules(const DeviceProfile& profile, NumberType type) {
  switch (type) {
    case NumberType::fp32:
      return need(profile.fp32_mac_pj, profile, "energy.mac_pJ.fp32");
    case NumberType::fp16:
      return need(profile.fp16_mac_pj, profile, "energy.mac_pJ.fp16");
    case NumberType::int8:
      return need(profile.int8_mac_pj, profile, "energy.mac_pJ.int8");
  }
  throw Error("unknown number type");
}

double efficiency(const DeviceProfile& profile, Operation operation) {
  switch (operation) {
    case Operation::fc:
      return need(profile.fc_efficiency, profile, "compute.efficiency.fc");
    case Operation::dwconv:
      return need(profile.dwconv_efficiency, profile, "compute.efficiency.dwconv");
    case Operation::conv:
      return need(profile.conv_efficiency, profile, "compute.efficiency.conv");
  }
  throw Error("unknown operation");
}

double roofline_seconds(const LayerWork& work, const DeviceProfile& profile, NumberType type) {
  const double arithmetic =
      work.macs == 0
          ? 0
          : 2 * work.macs / (efficiency(profile, work.operation) * peak_ops(profile, type));
  const double memory =
      work.dram_bytes / need(profile.dram_bytes_per_s, profile, "memory.dram_bw_Bps");
  return std::max(arithmetic, memory) + profile.launch_us.value_or(0) * 1e-6;
}

void validate(const EnergyOptions& options) {
  require_usage(options.batch >= 1, "batch = ", options.batch, ", must be >= 1");
  require_usage(!options.latency || options.latency->value() > 0,
                "latency = ",
                options.latency ? options.latency->value() : 0.0,
                " s, must be > 0");
}

/// Joules of a batch by the terms of the work, without static power.
double dynamic_joules(const LayerPlan& plan,
                      const DeviceProfile& profile,
                      const EnergyOptions& options,
                      InferenceEnergy& result) {
  const double per_mac = mac_picojoules(profile, options.type);
  double picojoules = 0;
  for (const LayerWork& work : layer_works(plan, profile, options.type, options.batch)) {
    picojoules += per_mac * work.macs + profile.dram_pj_per_byte.value_or(0) * work.dram_bytes +
                  profile.sram_pj_per_byte.value_or(0) * work.activation_bytes;
    result.macs += work.macs / options.batch;
    result.dram_bytes += work.dram_bytes / options.batch;
  }
  return picojoules * kPico;
}

}  // namespace

std::optional<Estimate> embodied_grams(const DeviceProfile& profile, Seconds used) {
  if (!profile.embodied_kg || !profile.lifetime_hours) return std::nullopt;
  const double life_s = *profile.lifetime_hours * kSecondsPerHour * profile.utilisation.value_or(1);
  const double grams = *profile.embodied_kg * kGramsPerKilogram *
                       profile.embodied_share.value_or(1) * used.value() / life_s;
  return within_factor(grams, kUncalibratedFactor);
}

Seconds roofline_latency(const LayerPlan& plan,
                         const DeviceProfile& profile,
                         NumberType type,
                         int batch) {
  double seconds = 0;
  for (const LayerWork& work : layer_works(plan, profile, type, batch)) {
    seconds += roofline_seconds(work, profile, type);
  }
  return Seconds(seconds);
}

InferenceEnergy predict_energy(const LayerPlan& plan,
                               const DeviceProfile& profile,
                               const GridIntensity& grid,
                               const EnergyOptions& options) {
  validate(options);
  InferenceEnergy result;
  const double static_watts = need(profile.static_watts, profile, "power.static_W");
  const double dynamic = dynamic_joules(plan, profile, options, result);
  const double seconds = options.latency.value_or(Seconds(0)).value() > 0
                             ? options.latency->value()
                             : roofline_latency(plan, profile, options.type, options.batch).value();
  double device = static_watts * seconds + dynamic;
  if (profile.max_watts && device > *profile.max_watts * seconds) {
    device = *profile.max_watts * seconds;
    result.power_clamped = true;
  }
  result.average_power = Watts(device / seconds);

  double platform = profile.platform_watts.value_or(0) * seconds;
  if (options.marginal) {
    device -= profile.idle_watts.value_or(0) * seconds;
    platform = 0;
  }
  const double wall = profile.psu_factor.value_or(1) * device + platform;
  const Estimate spread{profile.factor_low, 1, profile.factor_high};
  const double images = options.batch;
  result.latency_s = options.latency ? exactly(seconds / images) : spread * (seconds / images);
  result.energy_j = spread * (wall / images);
  const double pue = profile.pue.value_or(1);
  result.co2e_g = carbon_estimate(result.energy_j * overhead_of(pue), grid);
  result.embodied_g = embodied_grams(profile, Seconds(seconds / images));
  result.confidence = confidence_class(profile);
  return result;
}

}  // namespace coppice

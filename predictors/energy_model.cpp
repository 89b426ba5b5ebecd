#include "predictors/energy_model.hpp"

#include <algorithm>

#include "predictors/carbon.hpp"
#include "supernet/base/error.hpp"
#include "supernet/space/cost.hpp"

namespace coppice {
namespace {

constexpr double kPico = 1e-12;

/// What one layer asks of a device, for a whole batch.
struct LayerWork {
  double macs = 0;
  double activation_bytes = 0;
  double dram_bytes = 0;
};

double need(const std::optional<double>& value, const DeviceProfile& profile, const char* field) {
  require(
      value.has_value(), "profile '", profile.id, "' has no ", field, "; add it to the profile");
  return *value;
}

double bytes_per_number(NumberType type) {
  switch (type) {
    case NumberType::fp32:
      return 4;
    case NumberType::fp16:
      return 2;
    case NumberType::int8:
      return 1;
  }
  throw Error("unknown number type");
}

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

double peak_ops(const DeviceProfile& profile, NumberType type) {
  switch (type) {
    case NumberType::fp32:
      return need(profile.fp32_ops_per_s, profile, "compute.peak_ops.fp32");
    case NumberType::fp16:
      return need(profile.fp16_ops_per_s, profile, "compute.peak_ops.fp16");
    case NumberType::int8:
      return need(profile.int8_ops_per_s, profile, "compute.peak_ops.int8");
  }
  throw Error("unknown number type");
}

double efficiency(const DeviceProfile& profile, const Layer& layer) {
  if (layer.kind != LayerKind::conv) {
    return need(profile.fc_efficiency, profile, "compute.efficiency.fc");
  }
  if (layer.groups > 1) {
    return need(profile.dwconv_efficiency, profile, "compute.efficiency.dwconv");
  }
  return need(profile.conv_efficiency, profile, "compute.efficiency.conv");
}

LayerWork work_of(const Layer& layer, const DeviceProfile& profile, NumberType type, int batch) {
  const double bytes = bytes_per_number(type);
  const double in = static_cast<double>(layer.in_channels) * layer.in_size * layer.in_size;
  const double out = static_cast<double>(layer.out_channels) * layer.out_size * layer.out_size;
  // An addition reads two tensors; squeeze-excite reads its input for the mean and again to scale.
  const bool reads_twice = layer.kind == LayerKind::add || layer.kind == LayerKind::squeeze_excite;
  const double read = in * (reads_twice ? 2 : 1);
  LayerWork work;
  work.macs = batch * static_cast<double>(count_macs(layer));
  work.activation_bytes = batch * bytes * (read + out);
  // Activations that fit in the last-level cache are still there when the next layer wants them.
  const bool cached = batch * bytes * (in + out) <= profile.cache_bytes.value_or(0);
  work.dram_bytes =
      bytes * static_cast<double>(count_params(layer)) + (cached ? 0 : work.activation_bytes);
  return work;
}

double roofline_seconds(const LayerWork& work,
                        const Layer& layer,
                        const DeviceProfile& profile,
                        NumberType type) {
  const double arithmetic =
      work.macs == 0 ? 0 : 2 * work.macs / (efficiency(profile, layer) * peak_ops(profile, type));
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
  for (const Layer& layer : plan.layers) {
    const LayerWork work = work_of(layer, profile, options.type, options.batch);
    picojoules += per_mac * work.macs + profile.dram_pj_per_byte.value_or(0) * work.dram_bytes +
                  profile.sram_pj_per_byte.value_or(0) * work.activation_bytes;
    result.macs += work.macs / options.batch;
    result.dram_bytes += work.dram_bytes / options.batch;
  }
  return picojoules * kPico;
}

double embodied_grams(const DeviceProfile& profile, double seconds) {
  if (!profile.embodied_kg || !profile.lifetime_hours) return 0;
  const double used_seconds = *profile.lifetime_hours * 3600 * profile.utilisation.value_or(1);
  return *profile.embodied_kg * 1000 * profile.embodied_share.value_or(1) * seconds / used_seconds;
}

}  // namespace

Seconds roofline_latency(const LayerPlan& plan,
                         const DeviceProfile& profile,
                         NumberType type,
                         int batch) {
  double seconds = 0;
  for (const Layer& layer : plan.layers) {
    const LayerWork work = work_of(layer, profile, type, batch);
    seconds += roofline_seconds(work, layer, profile, type);
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
  result.co2e_g =
      carbon_estimate(result.energy_j * within_factor(pue, pue > 1 ? kPueFactor : 1.0), grid);
  result.embodied_g = embodied_grams(profile, seconds / images);
  result.confidence = confidence_class(profile);
  return result;
}

}  // namespace coppice

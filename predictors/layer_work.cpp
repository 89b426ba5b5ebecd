#include "predictors/layer_work.hpp"

#include "supernet/base/error.hpp"
#include "supernet/space/cost.hpp"

namespace coppice {
namespace {

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

Operation operation_of(const Layer& layer) {
  if (layer.kind != LayerKind::conv) return Operation::fc;
  return layer.groups > 1 ? Operation::dwconv : Operation::conv;
}

LayerWork work_of(const Layer& layer, const DeviceProfile& profile, NumberType type, int batch) {
  const double bytes = bytes_per_number(type);
  const double in = static_cast<double>(layer.in_channels) * layer.in_size * layer.in_size;
  const double out = static_cast<double>(layer.out_channels) * layer.out_size * layer.out_size;
  // An addition reads two tensors; squeeze-excite reads its input for the mean and again to scale.
  const bool reads_twice = layer.kind == LayerKind::add || layer.kind == LayerKind::squeeze_excite;
  const double read = in * (reads_twice ? 2 : 1);
  LayerWork work;
  work.operation = operation_of(layer);
  work.macs = batch * static_cast<double>(count_macs(layer));
  work.activation_bytes = batch * bytes * (read + out);
  // Activations that fit in the last-level cache are still there when the next layer wants them.
  const bool cached = batch * bytes * (in + out) <= profile.cache_bytes.value_or(0);
  work.dram_bytes =
      bytes * static_cast<double>(count_params(layer)) + (cached ? 0 : work.activation_bytes);
  return work;
}

}  // namespace

double need(const std::optional<double>& value, const DeviceProfile& profile, const char* field) {
  require(
      value.has_value(), "profile '", profile.id, "' has no ", field, "; add it to the profile");
  return *value;
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

std::vector<LayerWork> layer_works(const LayerPlan& plan,
                                   const DeviceProfile& profile,
                                   NumberType type,
                                   int batch) {
  std::vector<LayerWork> works;
  works.reserve(plan.layers.size());
  for (const Layer& layer : plan.layers) works.push_back(work_of(layer, profile, type, batch));
  return works;
}

}  // namespace coppice

// What each layer of a network asks of a device: arithmetic, and bytes to and from main memory.
//
// The terms that the energy model and the roofline charge and that a calibration fits: both walk
// this list, so that what is fitted is what is predicted.
#pragma once

#include <optional>
#include <vector>

#include "predictors/device_profile.hpp"
#include "supernet/space/layer_plan.hpp"

namespace coppice {

enum class NumberType { fp32, fp16, int8 };

/// Operations that reach different shares of a device's peak: the keys of compute.efficiency.
enum class Operation {
  conv,    ///< dense convolution
  dwconv,  ///< grouped convolution
  fc       ///< fully connected layers, squeeze-excite, and what has no arithmetic to speak of
};

/// One layer, for a whole batch.
struct LayerWork {
  Operation operation = Operation::conv;
  double macs = 0;
  double activation_bytes = 0;  ///< read and written, wherever they stand
  double dram_bytes = 0;        ///< weights, and activations that do not fit in the profile's cache
};

/// Of every layer, in order. Weights come from main memory once a batch; activations do unless
/// input and output fit in memory.llc_bytes together. REQUIRES batch >= 1.
[[nodiscard]] std::vector<LayerWork> layer_works(const LayerPlan& plan,
                                                 const DeviceProfile& profile,
                                                 NumberType type,
                                                 int batch);

/// compute.peak_ops of the type. Throws Error naming profile and field when it is unknown.
[[nodiscard]] double peak_ops(const DeviceProfile& profile, NumberType type);

/// The value, or an Error naming profile and field when the profile does not know it.
[[nodiscard]] double need(const std::optional<double>& value,
                          const DeviceProfile& profile,
                          const char* field);

}  // namespace coppice

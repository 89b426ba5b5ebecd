// The inner loops of batch normalisation with an activation on a few rows of a [rows][channels]
// matrix, by instruction set.
#pragma once

#include <cstdint>

namespace coppice {

/// What follows the normalisation; h_swish(z) = z * min(max(z + 3, 0), 6) / 6.
enum class Nonlinearity { none, relu, relu6, h_swish };

/// Arrays of one value a channel: z = (x - mean) * scale + shift.
struct ChannelScale {
  const float* mean = nullptr;
  const float* scale = nullptr;
  const float* shift = nullptr;
};

/// gradient of x = (gradient of z - offset - (x - mean) * slope) * scale
struct ChannelSlope {
  const float* offset = nullptr;
  const float* slope = nullptr;
};

struct RowBlock {
  const float* x = nullptr;
  const float* gradient = nullptr;  ///< of the activated output; null where there is none
  std::int64_t rows = 0;
  std::int64_t channels = 0;
  Nonlinearity activation = Nonlinearity::none;
};

struct NormLoops {
  /// totals[0][channels] += sum of x; totals[1][channels] += sum of squared distances to the
  /// block's own mean + rows * mean^2. `scratch` holds 2 * channels floats.
  void (*add_sums)(const RowBlock&, float* scratch, double* totals);
  void (*normalise)(const RowBlock&, const ChannelScale&, float* y);
  /// totals[0] += sum of the gradient of z; totals[1] += sum of it times (x - mean).
  void (*add_gradients)(const RowBlock&, const ChannelScale&, float* scratch, double* totals);
  void (*input_gradient)(const RowBlock&, const ChannelScale&, const ChannelSlope&, float* dx);
};

/// The widest loops that this processor runs.
[[nodiscard]] const NormLoops& norm_loops();

// One source file each.
[[nodiscard]] const NormLoops& norm_sixteen_lanes();  ///< AVX-512
[[nodiscard]] const NormLoops& norm_eight_lanes();    ///< AVX2 and FMA
[[nodiscard]] const NormLoops& norm_four_lanes();     ///< any processor

}  // namespace coppice

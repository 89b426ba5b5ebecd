// The inner loops of batch normalisation with an activation on a few rows of a [rows][channels]
// matrix, by instruction set.
#pragma once

#include <cstdint>

#include "supernet/kernels/stored_rows.hpp"

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
  StoredValues x;
  StoredValues gradient;  ///< of the activated output; floats, or stored as x is
  std::int64_t rows = 0;
  std::int64_t channels = 0;
  Nonlinearity activation = Nonlinearity::none;
};

struct NormLoops {
  /// totals[0][channels] += sum of x; totals[1][channels] += sum of squared distances to the
  /// block's own mean + rows * mean^2. x are floats; `scratch` holds 2 * channels of them.
  void (*add_sums)(const RowBlock&, float* scratch, double* totals);
  /// y = activation(z) * gate, or activation(z) where `gate`, one number a channel, is null.
  void (*normalise)(const RowBlock&, const ChannelScale&, const float* gate, float* y);
  /// The same, rounded to bfloat16. Null where the processor has no products of bfloat16, for which
  /// alone rows are rounded; so is input_gradient_to_half.
  void (*normalise_to_half)(const RowBlock&,
                            const ChannelScale&,
                            const float* gate,
                            std::uint16_t* y);
  /// totals[0] += sum of the gradient of z; totals[1] += sum of it times (x - mean).
  void (*add_gradients)(const RowBlock&, const ChannelScale&, float* scratch, double* totals);
  void (*input_gradient)(const RowBlock&, const ChannelScale&, const ChannelSlope&, float* dx);
  void (*input_gradient_to_half)(const RowBlock&,
                                 const ChannelScale&,
                                 const ChannelSlope&,
                                 std::uint16_t* dx);
};

/// The widest loops that this processor runs.
[[nodiscard]] const NormLoops& norm_loops();

// One source file each.
[[nodiscard]] const NormLoops& norm_by_bfloat16_instruction();  ///< AVX-512 and AVX512_BF16
[[nodiscard]] const NormLoops& norm_sixteen_lanes();            ///< AVX-512
[[nodiscard]] const NormLoops& norm_eight_lanes();              ///< AVX2 and FMA
[[nodiscard]] const NormLoops& norm_four_lanes();               ///< any processor

}  // namespace coppice

// 8-bit numbers for a network's values and weights: real = scale (q - zero_point).
//
// Values between layers are unsigned and share one scale; weights are signed with a scale for each
// output channel and zero_point 0 (Jacob et al., CVPR 2018; Nagel et al., arXiv 2106.08295).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "supernet/space/plain_network.hpp"

namespace coppice {

/// What a value was seen to hold, without what clipping leaves out.
struct ValueRange {
  float low = 0;
  float high = 0;
};

/// By the name of the value in the ONNX file. A value that is not listed stays float32.
using ValueRanges = std::map<std::string, ValueRange>;

struct ValueScale {
  float scale = 1;
  std::uint8_t zero_point = 0;
};

/// The finest scale on which 0 to 255 cover the range and 0, which padding needs exactly. Throws
/// Error when the range is not finite or upside down.
[[nodiscard]] ValueScale scale_of(ValueRange range);

struct QuantizedWeight {
  std::vector<std::int64_t> shape;  ///< first dimension: output channels
  std::vector<std::int8_t> values;  ///< -127 to 127
  std::vector<float> scales;        ///< a channel
  std::vector<std::int32_t> bias;   ///< a channel, in units of input_scale * scale
};

/// `bias` has a value for each channel, or none and is 0. A channel whose weights are tiny beside
/// its bias gets a scale at which the bias fits into 32 bits.
[[nodiscard]] QuantizedWeight quantize_weight(const PlainTensor& weight,
                                              const PlainTensor& bias,
                                              float input_scale);

/// The weights that a quantised network computes with.
[[nodiscard]] PlainTensor dequantized(const QuantizedWeight& weight);

}  // namespace coppice

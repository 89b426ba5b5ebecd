#include "export/quantization.hpp"

#include <algorithm>
#include <cmath>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

constexpr float kLargestWeight = 127;
constexpr float kLargestValue = 255;
// Sums of products join the bias in 32 bits: half of them are left to the products.
constexpr float kLargestBias = 1 << 30;

}  // namespace

ValueScale scale_of(ValueRange range) {
  require(std::isfinite(range.low) && std::isfinite(range.high) && range.low <= range.high,
          "a value ranges from ",
          range.low,
          " to ",
          range.high,
          ", which cannot be quantised");
  const float low = std::min(range.low, 0.0F);
  const float high = std::max(range.high, 0.0F);
  if (high == low) return {};
  const float scale = (high - low) / kLargestValue;
  return {scale, static_cast<std::uint8_t>(std::lround(-low / scale))};
}

QuantizedWeight quantize_weight(const PlainTensor& weight,
                                const PlainTensor& bias,
                                float input_scale) {
  const auto channels = static_cast<std::size_t>(weight.shape.front());
  const std::size_t per_channel = weight.values.size() / channels;
  QuantizedWeight quantized;
  quantized.shape = weight.shape;
  quantized.values.reserve(weight.values.size());
  for (std::size_t c = 0; c < channels; ++c) {
    const float* values = weight.values.data() + c * per_channel;
    float largest = 0;
    for (std::size_t i = 0; i < per_channel; ++i) largest = std::max(largest, std::abs(values[i]));
    const float b = bias.values.empty() ? 0 : bias.values[c];
    float scale = std::max(largest / kLargestWeight, std::abs(b) / (input_scale * kLargestBias));
    if (scale == 0) scale = 1;
    for (std::size_t i = 0; i < per_channel; ++i) {
      quantized.values.push_back(static_cast<std::int8_t>(std::lround(values[i] / scale)));
    }
    quantized.scales.push_back(scale);
    quantized.bias.push_back(static_cast<std::int32_t>(std::lround(b / (input_scale * scale))));
  }
  return quantized;
}

PlainTensor dequantized(const QuantizedWeight& weight) {
  PlainTensor plain{weight.shape, {}};
  const std::size_t per_channel = weight.values.size() / weight.scales.size();
  for (std::size_t i = 0; i < weight.values.size(); ++i) {
    plain.values.push_back(weight.scales[i / per_channel] * static_cast<float>(weight.values[i]));
  }
  return plain;
}

}  // namespace coppice

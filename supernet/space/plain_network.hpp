// A stand-alone network as plain data: its layer plan and one set of arrays a layer. This is what
// exporters read; it needs no tensor library.
#pragma once

#include <cstdint>
#include <vector>

#include "supernet/space/layer_plan.hpp"

namespace coppice {

/// Dense float32 values in row-major order; both members empty where a layer has no such tensor.
struct PlainTensor {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

/// conv: weight [out, in / groups, k, k]; with batch norm the four norm_* [out]
/// squeeze_excite: reduce_* [hidden, channels, 1, 1], [hidden]; expand_* [channels, hidden, 1, 1],
/// [channels]
/// linear: weight [out, in], bias [out]
/// After folding (export/fold_batch_norm.hpp) a conv has weight and bias and no norm_*.
struct PlainLayer {
  PlainTensor weight;
  PlainTensor bias;
  PlainTensor norm_weight;  ///< gamma
  PlainTensor norm_bias;    ///< beta
  PlainTensor norm_mean;
  PlainTensor norm_variance;
  PlainTensor reduce_weight;
  PlainTensor reduce_bias;
  PlainTensor expand_weight;
  PlainTensor expand_bias;
};

struct PlainNetwork {
  LayerPlan plan;
  std::vector<PlainLayer> layers;  ///< as many as plan.layers, in the same order
};

}  // namespace coppice

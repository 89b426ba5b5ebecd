// A stand-alone network as plain data: its layer plan and one set of arrays a layer. This is what
// exporters read; it needs no tensor library.
#pragma once

#include <cstdint>
#include <vector>

#include "supernet/space/layer_arrays.hpp"
#include "supernet/space/layer_plan.hpp"

namespace coppice {

/// Dense float32 values in row-major order; both members empty where a layer has no such tensor.
struct PlainTensor {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

/// After folding (export/fold_batch_norm.hpp) a conv has weight and bias and no norm_*.
using PlainLayer = LayerArrays<PlainTensor>;

struct PlainNetwork {
  LayerPlan plan;
  std::vector<PlainLayer> layers;  ///< as many as plan.layers, in the same order
};

}  // namespace coppice

// The code behind DepthwiseLoops, included once by the source file of each instruction set.
#pragma once

#include "supernet/kernels/depthwise_correlation_body.hpp"
#include "supernet/kernels/depthwise_weight_sums_body.hpp"

namespace coppice {
namespace {  // NOLINT: a copy for each instruction set

template <int lanes>
constexpr DepthwiseLoops kDepthwiseLoops{lanes, correlate<lanes>, sum_weights<lanes>};

}  // namespace
}  // namespace coppice

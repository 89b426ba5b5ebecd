#include "supernet/kernels/depthwise_loops_body.hpp"

namespace coppice {

// Four floats are one register of every 64-bit processor.
const DepthwiseLoops& depthwise_four_lanes() { return kDepthwiseLoops<4>; }
const DepthwiseLoops& depthwise_one_lane() { return kDepthwiseLoops<1>; }

}  // namespace coppice

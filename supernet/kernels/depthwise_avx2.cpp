#include "supernet/kernels/depthwise_loops_body.hpp"

namespace coppice {

const DepthwiseLoops& depthwise_eight_lanes() { return kDepthwiseLoops<8>; }

}  // namespace coppice

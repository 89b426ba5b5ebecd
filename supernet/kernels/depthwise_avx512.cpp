#include "supernet/kernels/depthwise_loops_body.hpp"

namespace coppice {

const DepthwiseLoops& depthwise_sixteen_lanes() { return kDepthwiseLoops<16>; }

}  // namespace coppice

#include "supernet/kernels/bfloat16_loops_body.hpp"

namespace coppice {

const BFloat16Loops& bfloat16_four_lanes() { return kBFloat16Loops<4>; }

}  // namespace coppice

#include "supernet/kernels/bfloat16_loops_body.hpp"

namespace coppice {

const BFloat16Loops& bfloat16_eight_lanes() { return kBFloat16Loops<8>; }

}  // namespace coppice

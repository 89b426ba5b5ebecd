#include "supernet/kernels/bfloat16_loops_body.hpp"

namespace coppice {

const BFloat16Loops& bfloat16_sixteen_lanes() { return kBFloat16Loops<16>; }

}  // namespace coppice

#include "supernet/kernels/bfloat16_loops_body.hpp"

namespace coppice {

const BFloat16Loops& bfloat16_by_instruction() { return kBFloat16Loops<16>; }

}  // namespace coppice

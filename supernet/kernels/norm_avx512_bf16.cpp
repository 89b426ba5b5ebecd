#include "supernet/kernels/norm_loops_body.hpp"

namespace coppice {

const NormLoops& norm_by_bfloat16_instruction() { return kNormLoops<16>; }

}  // namespace coppice

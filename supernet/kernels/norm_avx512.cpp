#include "supernet/kernels/norm_loops_body.hpp"

namespace coppice {

const NormLoops& norm_sixteen_lanes() { return kNormLoops<16>; }

}  // namespace coppice

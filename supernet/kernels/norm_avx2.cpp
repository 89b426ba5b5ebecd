#include "supernet/kernels/norm_loops_body.hpp"

namespace coppice {

const NormLoops& norm_eight_lanes() { return kNormLoops<8>; }

}  // namespace coppice

#include "supernet/kernels/norm_loops_body.hpp"

namespace coppice {

const NormLoops& norm_four_lanes() { return kNormLoops<4>; }

}  // namespace coppice

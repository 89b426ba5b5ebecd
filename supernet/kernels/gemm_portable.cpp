#include "supernet/kernels/gemm_loops_body.hpp"

namespace coppice {

const GemmLoops& gemm_four_lanes() { return kGemmLoops<FloatUnits<4>>; }

}  // namespace coppice

#include "supernet/kernels/gemm_loops_body.hpp"

namespace coppice {

const GemmLoops& gemm_eight_lanes() { return kGemmLoops<FloatUnits<8>>; }

}  // namespace coppice

#include "supernet/kernels/gemm_loops_body.hpp"

namespace coppice {

const GemmLoops& gemm_sixteen_lanes() { return kGemmLoops<FloatUnits<16>>; }

}  // namespace coppice

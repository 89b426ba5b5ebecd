#include "supernet/kernels/dense_loops_body.hpp"

namespace coppice {

const DenseLoops& dense_sixteen_lanes() { return kDenseLoops<16, 5, 5>; }

}  // namespace coppice

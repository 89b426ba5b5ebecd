#include "supernet/kernels/dense_loops_body.hpp"

namespace coppice {

const DenseLoops& dense_eight_lanes() { return kDenseLoops<8, 6, 2>; }

}  // namespace coppice

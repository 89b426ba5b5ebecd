#include "supernet/kernels/dense_loops_body.hpp"

namespace coppice {

const DenseLoops& dense_four_lanes() { return kDenseLoops<4, 4, 2>; }

}  // namespace coppice

#include "supernet/kernels/gate_loops_body.hpp"

namespace coppice {

const GateLoops& gate_four_lanes() { return kGateLoops<4>; }

}  // namespace coppice

#include "supernet/kernels/gate_loops_body.hpp"

namespace coppice {

const GateLoops& gate_eight_lanes() { return kGateLoops<8>; }

}  // namespace coppice

#include "supernet/kernels/gate_loops_body.hpp"

namespace coppice {

const GateLoops& gate_sixteen_lanes() { return kGateLoops<16>; }

}  // namespace coppice

// Whether a PlainNetwork's arrays fit its plan: exporters index them without looking again.
#pragma once

#include "supernet/space/plain_network.hpp"

namespace coppice {

/// Throws Error naming the layer, the array, its shape and the shape it must have; also when a
/// value is not finite, or the plan names a producer that does not come before its reader.
void check_network(const PlainNetwork& network);

}  // namespace coppice

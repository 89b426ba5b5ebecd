// Starting from the weights of another supernet, and putting a network back into one.
#pragma once

#include <string>

#include "supernet/supernet.hpp"

namespace coppice {

/// Copies every tensor of `from` that has the same name and shape in `to`. The classifier keeps its
/// fresh weights when the classes are others in number. A first convolution for other input
/// channels is adapted: n channels become m by their sum, divided by m, so that a grey picture
/// gives the same response whether it stands in one channel or in three. `origin` names the source
/// in messages. Throws Error, before anything is copied, when any other tensor is missing or of
/// another shape.
void copy_weights(const Supernet& from, Supernet& to, const std::string& origin);

/// Writes the tensors of `subnet` into their places in `supernet`, of whose space it is, so that
/// extracting its architecture gives the same tensors to the bit. Kernel matrices on the way become
/// the identity. Other architectures of the supernet are worth nothing afterwards.
void put_subnet(const Subnet& subnet, Supernet& supernet);

}  // namespace coppice

// Starting from the weights of another supernet.
#pragma once

#include <string>

#include "supernet/supernet.hpp"

namespace coppice {

/// Copies every tensor of `from` that has the same name and shape in `to`. The classifier (other
/// classes) and the first convolution (other channels) may differ: they keep their fresh weights.
/// `origin` names the source in messages. Throws Error, before anything is copied, when any other
/// tensor is missing or of another shape.
void copy_weights(const Supernet& from, Supernet& to, const std::string& origin);

}  // namespace coppice

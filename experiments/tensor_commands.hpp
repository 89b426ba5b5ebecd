// The commands that need tensors; each is a file of tensors/.
#pragma once

#include "experiments/program.hpp"

namespace coppice {

/// All of them.
[[nodiscard]] Runners tensor_runners();

}  // namespace coppice

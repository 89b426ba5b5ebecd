// The commands that need tensors; each is a file of tensors/.
#pragma once

#include "experiments/program.hpp"
#include "experiments/train_options.hpp"

namespace coppice {

/// All of them.
[[nodiscard]] Runners tensor_runners();

void run_train(const TrainCommand& command);

}  // namespace coppice

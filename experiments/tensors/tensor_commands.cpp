#include "experiments/tensor_commands.hpp"

namespace coppice {

Runners tensor_runners() {
  return {
      {TrainCommand::kName, runner(run_train)},
  };
}

}  // namespace coppice

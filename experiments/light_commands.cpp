#include "experiments/light_commands.hpp"

namespace coppice {

Runners light_runners() {
  return {
      {DescribeCommand::kName, runner(describe)},
      {RunCommand::kName, runner(run_experiment)},
  };
}

}  // namespace coppice

#include "experiments/light_commands.hpp"

namespace coppice {

Runners light_runners() {
  return {
      {DescribeCommand::kName, runner(run_describe)},
      {FitCommand::kName, runner(run_fit)},
      {PredictCommand::kName, runner(run_predict)},
      {SearchCommand::kName, runner(run_search)},
      {BaselineCommand::kName, runner(run_baseline)},
      {CarbonCommand::kName, runner(run_carbon)},
      {CurvesCommand::kName, runner(run_curves)},
      {DeviceCommand::kName, runner(run_device)},
      {ReportCommand::kName, runner(run_report)},
      {RunCommand::kName, runner(run_experiment)},
  };
}

}  // namespace coppice

#include "experiments/commands.hpp"

#include <algorithm>

#include "experiments/baseline_options.hpp"
#include "experiments/carbon_options.hpp"
#include "experiments/curves_options.hpp"
#include "experiments/describe_options.hpp"
#include "experiments/device_options.hpp"
#include "experiments/export_options.hpp"
#include "experiments/finetune_options.hpp"
#include "experiments/fit_options.hpp"
#include "experiments/import_options.hpp"
#include "experiments/measure_options.hpp"
#include "experiments/predict_options.hpp"
#include "experiments/report_options.hpp"
#include "experiments/run_options.hpp"
#include "experiments/search_options.hpp"
#include "experiments/spike_options.hpp"
#include "experiments/train_options.hpp"
#include "experiments/verify_options.hpp"
#include "supernet/base/error.hpp"
#include "supernet/base/nearest.hpp"

namespace coppice {

const std::vector<Command>& commands() {
  static const std::vector<Command> table{
      describe_command<DescribeCommand>(
          "size of a search space, its smallest and largest network, costs", "", Body::light),
      describe_command<TrainCommand>(
          "train the supernet by progressive shrinking", "", Body::tensor),
      describe_command<MeasureCommand>(
          "evaluate and time networks of a trained supernet", "", Body::tensor),
      describe_command<FitCommand>("fit a predictor on measurements", "", Body::light),
      describe_command<PredictCommand>("ask predictors about architectures", "", Body::light),
      describe_command<ImportCommand>(
          "read weights, predictors, tables and networks of Once-For-All", "FILE", Body::tensor),
      describe_command<SearchCommand>(
          "find the best networks under limits, or the Pareto front", "", body_of),
      describe_command<FinetuneCommand>(
          "train one network of a supernet further", "", Body::tensor),
      describe_command<ExportCommand>(
          "write networks as deployable files with a model card", "", Body::tensor),
      describe_command<VerifyCommand>(
          "compare exported files with their networks", "DIR", Body::tensor),
      describe_command<SpikeCommand>(
          "a network as spiking neurons: accuracy and energy against timesteps", "", Body::tensor),
      describe_command<BaselineCommand>(
          "search each scenario anew, training every candidate: what train-once is compared with",
          "EXPERIMENT.cfg",
          Body::light),
      describe_command<CarbonCommand>(
          "energy and carbon: train once against a search per model, and totals over a deployment",
          "compare|deployment",
          Body::light),
      describe_command<CurvesCommand>(
          "what accuracy cost in several trainings: prices, knees, a picture", "", Body::light),
      describe_command<DeviceCommand>(
          "fit a device profile to networks measured on the device", "calibrate", Body::light),
      describe_command<ReportCommand>(
          "one page about a run, and its answer as a table", "RUN", Body::light),
      describe_command<RunCommand>(
          "a whole experiment, step by step", "EXPERIMENT.cfg", Body::light),
  };
  return table;
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const Command& command : commands()) names.push_back(command.name);
  return names;
}

const Command& find_command(const std::string& name) {
  const auto& table = commands();
  const auto found = std::find_if(
      table.begin(), table.end(), [&name](const Command& c) { return c.name == name; });
  require_usage(found != table.end(),
                "unknown command ",
                name,
                "; the nearest known one is ",
                nearest(name, command_names()),
                "; see coppice --help");
  return *found;
}

std::string program_help() {
  std::string out =
      "coppice: train a Once-For-All supernet once, search it, export what fits\n\n"
      "usage: coppice <command> [options]\n"
      "       coppice <command> --help\n"
      "       coppice --version\n\nCommands:\n";
  for (const Command& command : commands()) {
    out += "  " + command.name + std::string(12 - command.name.size(), ' ') + command.help + "\n";
  }
  return out;
}

std::string command_help(const Command& command) {
  const std::string arguments = command.arguments.empty() ? "" : " " + command.arguments;
  return "coppice " + command.name + ": " + command.help + "\n\nusage: coppice " + command.name +
         arguments + " [options]\n\nOptions:\n" + options_help(*command.options());
}

}  // namespace coppice

#include "experiments/tensor_commands.hpp"

#include <c10/util/Exception.h>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

// libtorch's messages carry a backtrace of many lines; a user is told the first part.
template <class T>
Runner tensor_runner(void (*function)(const T&)) {
  return [function](const Words& arguments) {
    try {
      function(parse_command<T>(arguments));
    } catch (const c10::Error& error) {
      throw Error(text("libtorch: ", error.what_without_backtrace()));
    }
    return 0;
  };
}

}  // namespace

Runners tensor_runners() {
  return {
      {ExportCommand::kName, tensor_runner(run_export)},
      {FinetuneCommand::kName, tensor_runner(run_finetune)},
      {ImportCommand::kName, tensor_runner(run_import)},
      {MeasureCommand::kName, tensor_runner(run_measure)},
      {SearchCommand::kName, tensor_runner(run_measured_search)},
      {SpikeCommand::kName, tensor_runner(run_spike)},
      {TrainCommand::kName, tensor_runner(run_train)},
      {VerifyCommand::kName, tensor_runner(run_verify)},
  };
}

}  // namespace coppice

#include "experiments/tensor_commands.hpp"

#include <c10/util/Exception.h>

#include "experiments/tensors/ranks.hpp"
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

// A command that a launcher's processes cannot share: all of them would write the same files.
template <class T>
Runner lone_runner(void (*function)(const T&)) {
  const Runner run = tensor_runner(function);
  return [run](const Words& arguments) {
    require_one_process(T::kName);
    return run(arguments);
  };
}

}  // namespace

Runners tensor_runners() {
  return {
      {ExportCommand::kName, lone_runner(run_export)},
      {FinetuneCommand::kName, tensor_runner(run_finetune)},
      {ImportCommand::kName, lone_runner(run_import)},
      {MeasureCommand::kName, tensor_runner(run_measure)},
      {SearchCommand::kName, lone_runner(run_measured_search)},
      {SpikeCommand::kName, lone_runner(run_spike)},
      {TrainCommand::kName, tensor_runner(run_train)},
      {VerifyCommand::kName, lone_runner(run_verify)},
  };
}

}  // namespace coppice

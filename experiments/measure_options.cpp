#include "experiments/measure_options.hpp"

#include <algorithm>

#include "experiments/runtime_options.hpp"
#include "predictors/energy_probe.hpp"
#include "predictors/latency_probe.hpp"
#include "supernet/base/error.hpp"

namespace coppice {

void bind(MeasureCommand& command, OptionSet& options) {
  options.add("run", command.run, "RUN", "folder of a trained run").as_required();
  options.add("count", command.count, "N", "networks to sample and measure, 1 to 1000000");
  options
      .add("arch",
           command.arch,
           "FILE",
           "architectures to measure, one JSON object a line, and to show what was measured")
      .shows("--count sampled ones");
  options.add(
      "what",
      command.what,
      "KIND",
      "accuracy, latency, energy (where a counter can be read), or several: accuracy,latency");
  options
      .add("held-out-images",
           command.held_out_images,
           "N",
           "held-out images a network is tested on; 0: all")
      .shows("all");
  options.add(
      "runtime",
      command.runtime,
      "NAME",
      "where latency is timed: libtorch (latency_ms), onnxruntime (latency_onnxruntime_ms), "
      "opencv (latency_opencv_ms); several: libtorch,onnxruntime");
  bind_onnxruntime(command.onnxruntime, options);
  options.add("repeats", command.repeats, "N", "timings a network, 4 or more");
  options.add("energy-seconds",
              command.energy_seconds,
              "X",
              "how long a network runs for its energy, in each of three rounds");
  bind(command.charge, options);
}

void validate(const MeasureCommand& command) {
  validate(command.charge);
  require_usage(command.count >= 1 && command.count <= 1'000'000,
                "--count = ",
                command.count,
                ", must be 1 to 1000000");
  for (const std::string& what : command.what) {
    require_usage(what == "accuracy" || what == "latency" || what == "energy",
                  "--what = ",
                  what,
                  ", must be accuracy, latency or energy, or several: accuracy,latency");
  }
  const auto& runtimes = runtime_names();
  for (const std::string& runtime : command.runtime) {
    require_usage(std::find(runtimes.begin(), runtimes.end(), runtime) != runtimes.end(),
                  "--runtime = ",
                  runtime,
                  ", must be libtorch, onnxruntime or opencv, or several of them");
  }
  require_usage(command.held_out_images >= 0,
                "--held-out-images = ",
                command.held_out_images,
                ", must be >= 0");
  require_usage(command.energy_seconds >= kShortestEnergyWindow && command.energy_seconds <= 3600,
                "--energy-seconds = ",
                command.energy_seconds,
                ", must be ",
                kShortestEnergyWindow,
                " to 3600");
  require_usage(command.repeats >= kFewestRounds && command.repeats <= 100'000,
                "--repeats = ",
                command.repeats,
                ", must be ",
                kFewestRounds,
                " to 100000");
}

}  // namespace coppice

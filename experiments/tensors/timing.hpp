// Times subnets on this machine, all under the same protocol (predictors/latency_probe.hpp).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "export/onnxruntime.hpp"
#include "predictors/energy_probe.hpp"
#include "predictors/latency_probe.hpp"
#include "supernet/base/clock.hpp"
#include "supernet/subnet.hpp"

namespace coppice {

/// What a latency belongs to: numbers of other conditions must not be compared.
struct TimingConditions {
  std::string device;   ///< processor name
  std::string runtime;  ///< "libtorch 1.13.1, fp32, channels-last, batch norm folded"
  int threads = 1;
  int batch = 1;
};

/// Of subnets in libtorch.
[[nodiscard]] TimingConditions timing_conditions();

/// How often and in which order.
struct TimingOptions {
  int rounds = 30;
  std::uint64_t seed = 1;
};

/// Single images through each subnet, folded, on one pinned thread; the first subnet's timings
/// between the others cancel the machine's drift.
[[nodiscard]] LatencyReport time_subnets(const std::vector<Subnet>& subnets,
                                         const TimingOptions& options,
                                         const Clock& clock);

/// Millijoules of a single image through each subnet by a counter of this machine, under the
/// conditions of time_subnets. Throws what probe_energy throws.
[[nodiscard]] std::vector<double> meter_subnets(const std::vector<Subnet>& subnets,
                                                PowerMeter& meter,
                                                const EnergyProbeOptions& options,
                                                const Clock& clock);

/// An ONNX file and the input it takes.
struct TimedFile {
  std::filesystem::path path;
  int channels = 0;
  int resolution = 0;
};

/// Another runtime: what its timings belong to, and how it times files in the same way.
struct FileTimer {
  TimingConditions conditions;
  std::function<LatencyReport(const std::vector<TimedFile>& files, const TimingOptions& options)>
      time;
};

/// `clock` must outlive the timer.
[[nodiscard]] FileTimer opencv_timer(const Clock& clock);
[[nodiscard]] FileTimer onnxruntime_timer(std::shared_ptr<OnnxRuntime> onnxruntime);

}  // namespace coppice

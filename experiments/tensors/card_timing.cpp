#include "experiments/tensors/card_timing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "experiments/runtime_options.hpp"
#include "export/onnx_file.hpp"
#include "predictors/conditions.hpp"

namespace coppice {
namespace {

// Quiet machines stay within a few percent; beyond this the user should look for the reason.
constexpr double kWorthAWarning = 1.2;

CardLatency card_latency(const LatencySeries& series,
                         const TimingConditions& timing,
                         const std::string& scaled) {
  CardLatency latency;
  latency.latency_ms = {series.p10_ms, series.median_ms, series.p90_ms};
  latency.interval =
      fmt::format("10 % and 90 % quantiles of {} samples{}", series.samples_ms.size(), scaled);
  latency.device = timing.device;
  latency.runtime = timing.runtime;
  latency.threads = timing.threads;
  latency.batch = timing.batch;
  return latency;
}

Conditions recorded_as(const TimingConditions& timing) {
  return {{"device", timing.device},
          {"runtime", timing.runtime},
          {"threads", std::to_string(timing.threads)},
          {"batch", std::to_string(timing.batch)}};
}

}  // namespace

CardTiming::CardTiming(const CardContext& context, const TimingOptions& options, const Clock& clock)
    : context_(context), options_(options), clock_(clock) {}

std::vector<CardLatency> CardTiming::of_subnets(const std::vector<Subnet>& subnets) {
  const TimingConditions conditions = timing_conditions();
  const std::optional<LatencyAnchor> first = anchor("libtorch", conditions);
  std::vector<Subnet> timed;
  if (first) timed.push_back(context_.source.checkpoint.supernet.extract(first->architecture));
  timed.insert(timed.end(), subnets.begin(), subnets.end());
  return settled(time_subnets(timed, options_, clock_), first, conditions);
}

std::vector<CardLatency> CardTiming::of_files(const std::string& runtime,
                                              const FileTimer& timer,
                                              std::vector<TimedFile> files,
                                              const std::filesystem::path& folder) {
  const std::optional<LatencyAnchor> first = anchor(runtime, timer.conditions);
  if (first) {
    const Subnet subnet = context_.source.checkpoint.supernet.extract(first->architecture);
    const std::filesystem::path path = folder / "timed-first.onnx";
    write_onnx(subnet.plain(), {}, path);
    files.insert(files.begin(), {path, subnet.plan().input_channels, subnet.plan().resolution});
  }
  return settled(timer.time(files, options_), first, timer.conditions);
}

std::string CardTiming::warning() const {
  const double times = std::max(scale_, 1 / scale_);
  if (times < kWorthAWarning) return "";
  return fmt::format(
      "this machine is {:.1f} times {} than when {} was measured; the latencies of the cards are "
      "scaled by the network that was timed first then",
      times,
      scale_ < 1 ? "slower" : "faster",
      context_.command.network.run.string());
}

// Numbers of other conditions must not be compared: then there is none.
std::optional<LatencyAnchor> CardTiming::anchor(const std::string& runtime,
                                                const TimingConditions& now) const {
  const std::string target = latency_target(runtime);
  const Conditions then = conditions_of(context_.measurements.conditions, target);
  if (!difference(then, recorded_as(now)).empty()) return std::nullopt;
  return first_timed(context_.measurements, target);
}

std::vector<CardLatency> CardTiming::settled(LatencyReport report,
                                             const std::optional<LatencyAnchor>& anchor,
                                             const TimingConditions& conditions) {
  const double scale = settle(report, anchor);
  if (std::abs(std::log(scale)) > std::abs(std::log(scale_))) scale_ = scale;
  const std::string scaled =
      anchor ? fmt::format("; scaled by {:.3f} to what the run's first network took", scale) : "";
  std::vector<CardLatency> latencies;
  for (const LatencySeries& series : report.networks) {
    latencies.push_back(card_latency(series, conditions, scaled));
  }
  return latencies;
}

}  // namespace coppice

#include "predictors/latency_probe.hpp"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "supernet/base/error.hpp"
#include "supernet/base/random.hpp"

namespace coppice {
namespace {

using Run = std::function<void()>;

constexpr int kMostCalls = 1000;

/// Narrows the calling thread to its first processors and gives them all back at the end.
class Pin {
 public:
  explicit Pin(int processors) {
    if (processors == 0 || sched_getaffinity(0, sizeof(before_), &before_) != 0) return;
    cpu_set_t few;
    CPU_ZERO(&few);
    for (std::size_t cpu = 0; cpu < CPU_SETSIZE && processors > 0; ++cpu) {
      if (!CPU_ISSET(cpu, &before_)) continue;
      CPU_SET(cpu, &few);
      --processors;
    }
    pinned_ = sched_setaffinity(0, sizeof(few), &few) == 0;
  }
  ~Pin() {
    if (pinned_) sched_setaffinity(0, sizeof(before_), &before_);
  }
  Pin(const Pin&) = delete;
  Pin& operator=(const Pin&) = delete;
  [[nodiscard]] bool pinned() const { return pinned_; }

 private:
  cpu_set_t before_{};
  bool pinned_ = false;
};

/// Linear between the two nearest order statistics.
double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const double place = share * static_cast<double>(values.size() - 1);
  const auto low = static_cast<std::size_t>(place);
  const std::size_t high = std::min(low + 1, values.size() - 1);
  return values[low] + (place - static_cast<double>(low)) * (values[high] - values[low]);
}

double median(std::vector<double> values) { return quantile(std::move(values), 0.5); }

/// A sample and the middle of the time it took.
struct Timed {
  double at_s = 0;
  double ms = 0;
};

Timed time_calls(const Run& run, int calls, const Clock& clock) {
  const Seconds start = clock.now();
  for (int i = 0; i < calls; ++i) run();
  const Seconds end = clock.now();
  return {(start.value() + end.value()) / 2, (end - start).value() * 1e3 / calls};
}

/// Warms up and says how many calls make one sample.
int warm_up(const Run& run, const ProbeOptions& options, const Clock& clock) {
  double shortest_ms = time_calls(run, 1, clock).ms;
  for (int i = 1; i < options.warm_up; ++i) {
    shortest_ms = std::min(shortest_ms, time_calls(run, 1, clock).ms);
  }
  if (shortest_ms * kMostCalls <= options.shortest_sample_ms) {
    return options.shortest_sample_ms > 0 ? kMostCalls : 1;
  }
  return std::max(1, static_cast<int>(std::ceil(options.shortest_sample_ms / shortest_ms)));
}

/// Running median of five, of three and one towards the ends.
std::vector<Timed> smoothed(const std::vector<Timed>& course) {
  std::vector<Timed> result = course;
  for (std::size_t i = 0; i < course.size(); ++i) {
    const std::size_t reach = std::min({std::size_t{2}, i, course.size() - 1 - i});
    std::vector<double> near;
    for (std::size_t j = i - reach; j <= i + reach; ++j) near.push_back(course[j].ms);
    result[i].ms = median(std::move(near));
  }
  return result;
}

double interpolated(const std::vector<Timed>& course, double at_s) {
  const auto after = std::find_if(
      course.begin(), course.end(), [at_s](const Timed& point) { return point.at_s >= at_s; });
  if (after == course.begin()) return course.front().ms;
  if (after == course.end()) return course.back().ms;
  const Timed& a = *(after - 1);
  const Timed& b = *after;
  return a.ms + (b.ms - a.ms) * (at_s - a.at_s) / (b.at_s - a.at_s);
}

/// All samples as they were taken.
struct Samples {
  std::vector<std::vector<Timed>> networks;
  std::vector<Timed> reference;
};

Samples take_samples(const std::vector<Run>& candidates,
                     const Run& reference,
                     const std::vector<int>& calls,
                     const ProbeOptions& options,
                     const Clock& clock) {
  Samples samples;
  samples.networks.resize(candidates.size());
  const int reference_calls = calls.back();
  const Random random = Random(options.seed).fork("latency");
  std::vector<std::size_t> order(candidates.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (int round = 0; round < options.rounds; ++round) {
    Random(random.fork(static_cast<std::uint64_t>(round))).shuffle(order);
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (i % static_cast<std::size_t>(options.reference_every) == 0) {
        samples.reference.push_back(time_calls(reference, reference_calls, clock));
      }
      const std::size_t network = order[i];
      samples.networks[network].push_back(time_calls(candidates[network], calls[network], clock));
    }
  }
  samples.reference.push_back(time_calls(reference, reference_calls, clock));
  return samples;
}

LatencySeries corrected(const std::vector<Timed>& samples,
                        const std::vector<Timed>& course,
                        double typical_ms,
                        int calls) {
  LatencySeries series;
  series.calls_per_sample = calls;
  for (const Timed& sample : samples) {
    const double now_ms = interpolated(course, sample.at_s);
    series.samples_ms.push_back(sample.ms);
    series.corrected_ms.push_back(now_ms > 0 ? sample.ms * typical_ms / now_ms : sample.ms);
  }
  series.median_ms = median(series.corrected_ms);
  series.p10_ms = quantile(series.corrected_ms, 0.1);
  series.p90_ms = quantile(series.corrected_ms, 0.9);
  return series;
}

double noise_floor(const std::vector<LatencySeries>& networks) {
  std::vector<double> differences;
  for (const LatencySeries& series : networks) {
    const auto middle =
        series.corrected_ms.begin() + static_cast<std::ptrdiff_t>(series.corrected_ms.size() / 2);
    const double first = median({series.corrected_ms.begin(), middle});
    const double second = median({middle, series.corrected_ms.end()});
    if (series.median_ms <= 0) continue;
    differences.push_back(100 * std::abs(first - second) / series.median_ms);
  }
  return differences.empty() ? 0 : median(std::move(differences));
}

double drift(const std::vector<Timed>& course) {
  const auto [low, high] = std::minmax_element(
      course.begin(), course.end(), [](const Timed& a, const Timed& b) { return a.ms < b.ms; });
  return low->ms > 0 ? 100 * (high->ms / low->ms - 1) : 0;
}

}  // namespace

void validate(const ProbeOptions& options) {
  require_usage(options.warm_up >= 1, "warm_up = ", options.warm_up, ", must be at least 1");
  require_usage(options.rounds >= kFewestRounds,
                "rounds = ",
                options.rounds,
                ", must be at least ",
                kFewestRounds);
  require_usage(options.reference_every >= 1,
                "reference_every = ",
                options.reference_every,
                ", must be at least 1");
  require_usage(options.shortest_sample_ms >= 0 && std::isfinite(options.shortest_sample_ms),
                "shortest_sample_ms = ",
                options.shortest_sample_ms,
                ", must be 0 or more");
  require_usage(
      options.processors >= 0, "processors = ", options.processors, ", must be 0 or more");
}

LatencyReport probe(const std::vector<std::function<void()>>& candidates,
                    const std::function<void()>& reference,
                    const ProbeOptions& options,
                    const Clock& clock) {
  validate(options);
  require(!candidates.empty(), "there is no network to time");
  const Pin pin(options.processors);
  std::vector<int> calls;  // the reference's stands last
  calls.reserve(candidates.size() + 1);
  for (const Run& candidate : candidates) calls.push_back(warm_up(candidate, options, clock));
  calls.push_back(warm_up(reference, options, clock));
  const Samples samples = take_samples(candidates, reference, calls, options, clock);

  const std::vector<Timed> course = smoothed(samples.reference);
  std::vector<double> reference_ms;
  for (const Timed& point : samples.reference) reference_ms.push_back(point.ms);
  const double typical_ms = median(reference_ms);
  LatencyReport report;
  report.pinned = pin.pinned();
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    report.networks.push_back(corrected(samples.networks[i], course, typical_ms, calls[i]));
  }
  report.reference = corrected(samples.reference, course, typical_ms, calls.back());
  report.noise_floor_percent = noise_floor(report.networks);
  report.drift_percent = drift(course);
  return report;
}

void anchor(LatencyReport& report, double first_ms) {
  const double scale = first_ms / report.networks.front().median_ms;
  const auto rescale = [scale](LatencySeries& series) {
    for (double& sample : series.corrected_ms) sample *= scale;
    series.median_ms *= scale;
    series.p10_ms *= scale;
    series.p90_ms *= scale;
  };
  for (LatencySeries& series : report.networks) rescale(series);
  rescale(report.reference);
}

}  // namespace coppice

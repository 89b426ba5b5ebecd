// The protocol of one honest timing: pinned, warmed up, interleaved with a reference network that
// cancels drift, every sample kept, and the noise floor said beside the numbers.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "supernet/base/clock.hpp"

namespace coppice {

/// Each half of a network's samples needs two, or the noise floor cannot be said.
constexpr int kFewestRounds = 4;

struct ProbeOptions {
  int warm_up = 5;          ///< untimed calls of each network before the first round; >= 1
  int rounds = 30;          ///< samples of each network; >= kFewestRounds
  int reference_every = 4;  ///< networks between two timings of the reference; >= 1
  /// A sample is the mean of as many calls as take this long, so that short networks are not
  /// drowned by the clock's own cost; 0: always one call.
  double shortest_sample_ms = 1.0;
  /// How many processors the calling thread, and threads it starts meanwhile, may use: it is
  /// pinned to the first ones it was allowed. 0: not pinned.
  int processors = 1;
  std::uint64_t seed = 1;  ///< of the order within each round
};

/// Throws Error(usage) naming the option that is out of its range.
void validate(const ProbeOptions& options);

/// One network's samples, in milliseconds a call.
struct LatencySeries {
  std::vector<double> samples_ms;    ///< as timed, by round
  std::vector<double> corrected_ms;  ///< with the drift of the machine divided out
  double median_ms = 0;              ///< of the corrected samples; so are the quantiles
  double p10_ms = 0;
  double p90_ms = 0;
  int calls_per_sample = 1;
};

struct LatencyReport {
  std::vector<LatencySeries> networks;  ///< in the order of the candidates
  LatencySeries reference;              ///< corrected_ms by its own smoothed course
  /// Median over the networks of |median of the first half of the rounds - median of the second|
  /// / median, in percent: what two measurements of the same network differ by.
  double noise_floor_percent = 0;
  /// Largest / smallest smoothed time of the reference - 1, in percent.
  double drift_percent = 0;
  bool pinned = false;  ///< false when not asked for, or when the system refused
};

/// Times every candidate in randomly ordered rounds. Each sample is multiplied by the reference's
/// median over its time at that moment (running median of five, linear in between). The calling
/// thread's processors are restored afterwards, also when a candidate throws.
/// REQUIRES at least one candidate.
[[nodiscard]] LatencyReport probe(const std::vector<std::function<void()>>& candidates,
                                  const std::function<void()>& reference,
                                  const ProbeOptions& options,
                                  const Clock& clock);

/// Makes a report comparable with an earlier one that timed the same network first and found
/// `first_ms`: all medians, quantiles and corrected samples are scaled so that this network keeps
/// its median. What lies between two probes (heat, clock rate, the load of others) is divided out;
/// samples_ms stay as they were timed. REQUIRES first_ms > 0 and a first median > 0.
void anchor(LatencyReport& report, double first_ms);

}  // namespace coppice

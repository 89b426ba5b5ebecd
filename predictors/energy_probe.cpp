#include "predictors/energy_probe.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "supernet/base/error.hpp"
#include "supernet/base/random.hpp"

namespace coppice {
namespace {

constexpr double kMillijoulesPerJoule = 1000;

void validate(const EnergyProbeOptions& options) {
  require_usage(options.window_s >= kShortestEnergyWindow && std::isfinite(options.window_s),
                "window_s = ",
                options.window_s,
                ", must be at least ",
                kShortestEnergyWindow,
                ": counters are updated no more often");
  require_usage(options.rounds >= 1, "rounds = ", options.rounds, ", must be at least 1");
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

// Millijoules a call, over one window.
double one_window(const std::function<void()>& run,
                  PowerMeter& meter,
                  double window_s,
                  const Clock& clock) {
  run();  // loads what the network needs, uncounted
  const EnergyReading begin = meter.read();
  const Seconds start = clock.now();
  double calls = 0;
  do {
    run();
    ++calls;
  } while ((clock.now() - start).value() < window_s);
  const Joules used = counted_energy(meter.read() - begin);
  require(used.value() > 0,
          "the energy counter stood still for ",
          window_s,
          " s while a network ran: it cannot be read any more, or is updated too seldom; measured "
          "nothing");
  return used.value() * kMillijoulesPerJoule / calls;
}

}  // namespace

std::string counter_methods(const EnergyReading& reading) {
  std::string methods;
  for (const auto* part : {&reading.cpu, &reading.gpu, &reading.ram}) {
    if (!part->measured || part->method == "none") continue;
    methods += (methods.empty() ? "" : "+") + part->method;
  }
  return methods;
}

Joules counted_energy(const EnergyReading& reading) {
  Joules sum;
  for (const auto* part : {&reading.cpu, &reading.gpu, &reading.ram}) {
    if (part->measured) sum += part->energy;
  }
  return sum;
}

std::vector<double> probe_energy(const std::vector<std::function<void()>>& candidates,
                                 PowerMeter& meter,
                                 const EnergyProbeOptions& options,
                                 const Clock& clock) {
  validate(options);
  require(!counter_methods(meter.read()).empty(),
          "no energy counter can be read here (",
          meter.description(),
          "); a model's joules are not measured energy");
  std::vector<std::vector<double>> samples(candidates.size());
  std::vector<std::size_t> order(candidates.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const Random random = Random(options.seed).fork("energy");
  for (int round = 0; round < options.rounds; ++round) {
    Random(random.fork(static_cast<std::uint64_t>(round))).shuffle(order);
    for (const std::size_t network : order) {
      samples[network].push_back(one_window(candidates[network], meter, options.window_s, clock));
    }
  }
  std::vector<double> millijoules;
  millijoules.reserve(samples.size());
  for (std::vector<double>& series : samples) millijoules.push_back(median(std::move(series)));
  return millijoules;
}

}  // namespace coppice

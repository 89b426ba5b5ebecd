// What metering costs: one reading of this machine's meter, alone and while threads and a child
// process are there to be counted.
#include <benchmark/benchmark.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "predictors/power_meter.hpp"

namespace coppice {
namespace {

void reading(benchmark::State& state) {
  const SteadyClock clock;
  const auto meter = make_power_meter({}, clock);
  for (auto _ : state) benchmark::DoNotOptimize(meter->read());
  state.SetLabel(meter->description());
}
BENCHMARK(reading)->Unit(benchmark::kMicrosecond);

void reading_with_a_child(benchmark::State& state) {
  const SteadyClock clock;
  const auto meter = make_power_meter({}, clock);
  const pid_t child = ::fork();
  if (child == 0) {
    for (;;) ::pause();
  }
  for (auto _ : state) benchmark::DoNotOptimize(meter->read());
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}
BENCHMARK(reading_with_a_child)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace coppice

BENCHMARK_MAIN();

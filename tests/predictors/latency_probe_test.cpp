#include "predictors/latency_probe.hpp"

#include <gtest/gtest.h>
#include <sched.h>

#include <cmath>
#include <stdexcept>

#include "supernet/base/error.hpp"
#include "supernet/base/random.hpp"
#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

/// A machine whose speed is a function of time; networks advance its clock.
class FakeMachine {
 public:
  std::function<void()> network(double ms) {
    return [this, ms] {
      const double noisy = ms * (1 + noise * random_.normal());
      clock.advance(Seconds(noisy * slowness(clock.now().value()) / 1e3));
      ++calls;
    };
  }

  FakeClock clock;
  std::function<double(double)> slowness = [](double) { return 1.0; };
  double noise = 0;
  int calls = 0;

 private:
  Random random_{17};
};

ProbeOptions options_without_pinning() {
  ProbeOptions options;
  options.processors = 0;
  return options;
}

LatencyReport probe_three(FakeMachine& machine, const ProbeOptions& options) {
  return probe({machine.network(10), machine.network(20), machine.network(40)},
               machine.network(15),
               options,
               machine.clock);
}

TEST(LatencyProbe, ASteadyMachineGivesTheExactTimes) {
  FakeMachine machine;
  const LatencyReport report = probe_three(machine, options_without_pinning());
  ASSERT_EQ(report.networks.size(), 3u);
  EXPECT_NEAR(report.networks[0].median_ms, 10, 1e-9);
  EXPECT_NEAR(report.networks[1].median_ms, 20, 1e-9);
  EXPECT_NEAR(report.networks[2].median_ms, 40, 1e-9);
  EXPECT_NEAR(report.reference.median_ms, 15, 1e-9);
  EXPECT_NEAR(report.noise_floor_percent, 0, 1e-9);
  EXPECT_NEAR(report.drift_percent, 0, 1e-9);
  EXPECT_FALSE(report.pinned);
}

TEST(LatencyProbe, AllSamplesAreKept) {
  FakeMachine machine;
  machine.noise = 0.05;
  ProbeOptions options = options_without_pinning();
  options.rounds = 7;
  options.reference_every = 2;
  const LatencyReport report = probe_three(machine, options);
  for (const LatencySeries& series : report.networks) {
    EXPECT_EQ(series.samples_ms.size(), 7u);
    EXPECT_EQ(series.corrected_ms.size(), 7u);
    EXPECT_LE(series.p10_ms, series.median_ms);
    EXPECT_LE(series.median_ms, series.p90_ms);
  }
  // Before networks 1 and 3 of each round, and once at the end.
  EXPECT_EQ(report.reference.samples_ms.size(), 7u * 2 + 1);
}

TEST(LatencyProbe, TheReferenceCancelsASlowDrift) {
  FakeMachine machine;
  machine.slowness = [](double seconds) { return 1 + 0.2 * seconds; };
  const LatencyReport report = probe_three(machine, options_without_pinning());
  EXPECT_GT(report.drift_percent, 30);
  const double first = report.networks[0].median_ms;
  EXPECT_NEAR(report.networks[1].median_ms / first, 2, 0.02);
  EXPECT_NEAR(report.networks[2].median_ms / first, 4, 0.04);
  EXPECT_LT(report.noise_floor_percent, 1);
  // Without the correction the two halves of the rounds differ by far more.
  const std::vector<double>& raw = report.networks[0].samples_ms;
  EXPECT_GT(raw.back() / raw.front(), 1.3);
  const std::vector<double>& corrected = report.networks[0].corrected_ms;
  EXPECT_NEAR(corrected.back() / corrected.front(), 1, 0.02);
}

TEST(LatencyProbe, TheReferenceCancelsASuddenChangeOfClockRate) {
  FakeMachine machine;
  machine.slowness = [](double seconds) { return seconds < 1.5 ? 1.0 : 1.6; };
  const LatencyReport report = probe_three(machine, options_without_pinning());
  EXPECT_NEAR(report.drift_percent, 60, 1);
  const double first = report.networks[0].median_ms;
  EXPECT_NEAR(report.networks[1].median_ms / first, 2, 0.02);
  EXPECT_NEAR(report.networks[2].median_ms / first, 4, 0.04);
  EXPECT_LT(report.noise_floor_percent, 1);
}

TEST(LatencyProbe, AnAnchorMakesProbesAtDifferentSpeedsComparable) {
  FakeMachine machine;
  machine.noise = 0.01;
  const ProbeOptions options = options_without_pinning();
  const auto first = probe_three(machine, options);
  machine.slowness = [](double) { return 2.5; };
  LatencyReport second = probe_three(machine, options);
  const double timed = second.networks[2].samples_ms[0];
  EXPECT_GT(second.networks[1].median_ms, 45);
  anchor(second, first.networks[0].median_ms);
  EXPECT_DOUBLE_EQ(second.networks[0].median_ms, first.networks[0].median_ms);
  EXPECT_NEAR(second.networks[1].median_ms, 20, 0.4);
  EXPECT_NEAR(second.networks[2].median_ms, 40, 0.8);
  EXPECT_NEAR(second.networks[2].p90_ms, first.networks[2].p90_ms, 1.2);
  EXPECT_NEAR(second.reference.median_ms, 15, 0.3);
  EXPECT_EQ(second.networks[2].samples_ms[0], timed);
}

TEST(LatencyProbe, TheNoiseFloorGrowsWithTheNoise) {
  FakeMachine quiet;
  quiet.noise = 0.005;
  FakeMachine loud;
  loud.noise = 0.1;
  const double low = probe_three(quiet, options_without_pinning()).noise_floor_percent;
  const double high = probe_three(loud, options_without_pinning()).noise_floor_percent;
  EXPECT_GT(low, 0);
  EXPECT_LT(low, 1);
  EXPECT_GT(high, 2 * low);
}

TEST(LatencyProbe, ShortNetworksAreCalledManyTimesASample) {
  FakeMachine machine;
  ProbeOptions options = options_without_pinning();
  options.shortest_sample_ms = 5;
  const LatencyReport report =
      probe({machine.network(0.1)}, machine.network(10), options, machine.clock);
  EXPECT_NEAR(report.networks[0].calls_per_sample, 50, 1);
  EXPECT_EQ(report.reference.calls_per_sample, 1);
  EXPECT_NEAR(report.networks[0].median_ms, 0.1, 1e-9);
}

TEST(LatencyProbe, NothingIsTimedBeforeTheWarmUp) {
  FakeMachine machine;
  int cold = 3;
  const auto network = [&] { machine.clock.advance(Seconds(cold-- > 0 ? 1.0 : 0.01)); };
  ProbeOptions options = options_without_pinning();
  options.warm_up = 3;
  const LatencyReport report = probe({network}, machine.network(10), options, machine.clock);
  for (const double sample : report.networks[0].samples_ms) EXPECT_NEAR(sample, 10, 1e-9);
}

TEST(LatencyProbe, TheOrderWithinRoundsVariesWithTheSeedOnly) {
  const auto order_of = [](std::uint64_t seed) {
    FakeMachine machine;
    std::vector<int> order;
    std::vector<std::function<void()>> networks;
    for (int i = 0; i < 6; ++i) {
      networks.emplace_back([&order, &machine, i] {
        order.push_back(i);
        machine.clock.advance(Seconds(0.01));
      });
    }
    ProbeOptions options = options_without_pinning();
    options.seed = seed;
    static_cast<void>(probe(networks, machine.network(10), options, machine.clock));
    return order;
  };
  EXPECT_EQ(order_of(1), order_of(1));
  EXPECT_NE(order_of(1), order_of(2));
}

TEST(LatencyProbe, TheThreadIsPinnedMeanwhileAndGivenBackItsProcessors) {
  cpu_set_t before;
  ASSERT_EQ(sched_getaffinity(0, sizeof(before), &before), 0);
  FakeMachine machine;
  int most = 0;
  const auto network = [&] {
    cpu_set_t now;
    sched_getaffinity(0, sizeof(now), &now);
    most = std::max(most, CPU_COUNT(&now));
    machine.clock.advance(Seconds(0.01));
  };
  const LatencyReport report = probe({network}, machine.network(10), {}, machine.clock);
  EXPECT_TRUE(report.pinned);
  EXPECT_EQ(most, 1);
  const auto failing = [] { throw std::runtime_error("out of memory"); };
  EXPECT_THROW(static_cast<void>(probe({failing}, failing, {}, machine.clock)), std::runtime_error);
  cpu_set_t after;
  ASSERT_EQ(sched_getaffinity(0, sizeof(after), &after), 0);
  EXPECT_TRUE(CPU_EQUAL(&before, &after));
}

TEST(LatencyProbe, OptionsOutOfRangeAreNamed) {
  const auto message = [](auto change) {
    ProbeOptions options;
    change(options);
    return message_of([&] { validate(options); });
  };
  EXPECT_EQ(message([](ProbeOptions& o) { o.rounds = 3; }), "rounds = 3, must be at least 4");
  EXPECT_EQ(message([](ProbeOptions& o) { o.warm_up = 0; }), "warm_up = 0, must be at least 1");
  EXPECT_EQ(message([](ProbeOptions& o) { o.reference_every = 0; }),
            "reference_every = 0, must be at least 1");
  EXPECT_EQ(message([](ProbeOptions& o) { o.shortest_sample_ms = -1; }),
            "shortest_sample_ms = -1, must be 0 or more");
  EXPECT_EQ(message([](ProbeOptions& o) { o.processors = -1; }),
            "processors = -1, must be 0 or more");
  FakeClock clock;
  EXPECT_EQ(message_of([&] {
              static_cast<void>(probe(
                  {}, [] {}, {}, clock));
            }),
            "there is no network to time");
}

}  // namespace
}  // namespace coppice

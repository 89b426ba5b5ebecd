#include "supernet/training/forecast.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "supernet/base/error.hpp"
#include "supernet/base/interruption.hpp"
#include "supernet/training/train_step.hpp"

namespace coppice {
namespace {

constexpr int kWarmUp = 2;
// Weights move, as in training, but do not get anywhere.
constexpr double kRate = 1e-6;

class Stopwatch {
 public:
  Stopwatch(const Clock& clock, const std::function<double()>& energy)
      : clock_(clock), energy_(energy) {}

  /// Calls `work` so often and averages.
  template <class Work>
  MeasuredCost measure(int times, const Work& work) const {
    std::vector<double> seconds;
    const double energy = energy_();
    for (int i = 0; i < times; ++i) {
      const Seconds begin = clock_.now();
      work(i);
      seconds.push_back((clock_.now() - begin).value());
    }
    MeasuredCost cost;
    cost.seconds = std::accumulate(seconds.begin(), seconds.end(), 0.0) / times;
    cost.joules = (energy_() - energy) / times;
    double squares = 0;
    for (const double s : seconds) squares += (s - cost.seconds) * (s - cost.seconds);
    if (times > 1) cost.seconds_error = std::sqrt(squares / (times - 1) / times);
    return cost;
  }

 private:
  const Clock& clock_;
  const std::function<double()>& energy_;
};

void throw_if_interrupted() {
  if (!interruption_requested()) return;
  throw Error("interrupted while forecasting; nothing was kept", Failure::interrupted);
}

// A phase that comes after the full one is taught; its teacher costs a pass of the full network.
MeasuredCost measure_steps(Supernet& supernet,
                           const TrainData& data,
                           const TrainOptions& options,
                           const Phase& phase,
                           const std::optional<Subnet>& teacher,
                           const Stopwatch& stopwatch,
                           int count) {
  TrainStep step(supernet, options, phase, teacher);
  TrainingBatches batches = phase_batches(options, phase, supernet.space(), data);
  const auto run = [&](std::int64_t i) {
    throw_if_interrupted();
    const at::Tensor loss = step.gradients({batches.get(i), batches.resolution(i), i, 0.5});
    static_cast<void>(loss.item<double>());  // waits for it
    step.apply(kRate);
  };
  for (int i = 0; i < kWarmUp; ++i) run(i);
  return stopwatch.measure(count, [&](int i) { run(kWarmUp + i); });
}

std::int64_t peak_memory() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{usage.ru_maxrss} * 1024;
}

int evaluations_of(const TrainOptions& options, const Phase& phase) {
  if (options.target_accuracy <= 0) return options.evaluations_per_phase;
  return std::max(1, static_cast<int>(phase.epochs + phase.warmup_epochs));
}

}  // namespace

double Forecast::seconds() const {
  double sum = evaluation.seconds * evaluations;
  for (const PhaseForecast& phase : phases) {
    sum += phase.step.seconds * static_cast<double>(phase.steps);
  }
  return sum;
}

double Forecast::joules() const {
  double sum = evaluation.joules * evaluations;
  for (const PhaseForecast& phase : phases) {
    sum += phase.step.joules * static_cast<double>(phase.steps);
  }
  return sum;
}

Forecast forecast_training(Supernet& supernet,
                           const TrainData& data,
                           const TrainOptions& options,
                           const Clock& clock,
                           const std::function<double()>& energy_so_far,
                           const ForecastOptions& forecast) {
  const Stopwatch stopwatch(clock, energy_so_far);
  const auto steps = phase_steps(options, data.train->size());
  const SearchSpace& space = supernet.space();
  Forecast out;
  std::optional<Subnet> teacher;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i] == 0) continue;
    const Phase& phase = options.phases[i];
    if (i > 0 && !teacher) teacher = supernet.extract(space.largest());
    const MeasuredCost step =
        measure_steps(supernet, data, options, phase, teacher, stopwatch, forecast.steps);
    out.phases.push_back(
        {phase.name, phase.epochs + phase.warmup_epochs, steps[i], phase.subnets, step});
    out.evaluations += evaluations_of(options, phase);
  }
  out.evaluation = stopwatch.measure(1, [&](int) {
    for (const Architecture& architecture : {space.largest(), space.smallest()}) {
      throw_if_interrupted();
      const Subnet subnet = calibrated_subnet(supernet, architecture, *data.calibration);
      static_cast<void>(evaluate(subnet, *data.held_out));
    }
  });
  out.peak_memory_bytes = peak_memory();
  return out;
}

}  // namespace coppice

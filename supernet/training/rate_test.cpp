#include "supernet/training/rate_test.hpp"

#include <algorithm>
#include <cmath>

#include "supernet/base/error.hpp"
#include "supernet/base/interruption.hpp"
#include "supernet/training/train_step.hpp"

namespace coppice {
namespace {

constexpr double kSmoothing = 0.9;
constexpr double kExploded = 2;  // times the lowest loss
constexpr double kRoom = 3;
constexpr std::size_t kFirstSteps = 10;
constexpr double kFallen = 0.95;  // more than noise

const Phase& first_phase(const TrainOptions& options) {
  const auto found = std::find_if(options.phases.begin(),
                                  options.phases.end(),
                                  [](const Phase& phase) { return phase.epochs > 0; });
  require_usage(found != options.phases.end(), "no phase has epochs; there is nothing to train");
  return *found;
}

// The exponential average without its bias to zero at the start.
class Smooth {
 public:
  double add(double value) {
    sum_ = kSmoothing * sum_ + (1 - kSmoothing) * value;
    weight_ = kSmoothing * weight_ + (1 - kSmoothing);
    return sum_ / weight_;
  }

 private:
  double sum_ = 0;
  double weight_ = 0;
};

}  // namespace

RateTest test_rates(Supernet& supernet,
                    const TrainData& data,
                    const TrainOptions& options,
                    const std::optional<Subnet>& teacher,
                    const RateTestOptions& test) {
  const Phase& phase = first_phase(options);
  TrainStep step(supernet, options, phase, teacher);
  TrainingBatches batches = phase_batches(options, phase, supernet.space(), data);
  const double scale = static_cast<double>(options.batch_size) / 64;
  RateTest result;
  Smooth smooth;
  double untrained = 0;
  double lowest = 0;
  for (std::int64_t i = 0; i < test.steps; ++i) {
    if (interruption_requested()) {
      throw Error("interrupted while testing rates; nothing was kept", Failure::interrupted);
    }
    const double part = static_cast<double>(i) / (test.steps - 1);
    const double rate = test.lowest * std::pow(test.highest / test.lowest, part);
    const auto loss = step.gradients({batches.get(i), batches.resolution(i), i, 0}).item<double>();
    if (!std::isfinite(loss)) break;
    step.apply(rate * scale);
    const double smoothed = smooth.add(loss);
    result.curve.push_back({rate, smoothed});
    // The first steps, whose rates are too low to matter, tell the loss without training; before
    // they are averaged a lucky batch would be taken for the lowest loss.
    if (result.curve.size() <= kFirstSteps) continue;
    if (result.curve.size() == kFirstSteps + 1) untrained = lowest = smoothed;
    if (smoothed < lowest) {
      lowest = smoothed;
      result.rate = rate / kRoom;
    }
    if (smoothed > kExploded * lowest) break;
  }
  require(lowest < kFallen * untrained,
          "the loss does not fall at any rate from ",
          test.lowest,
          " to ",
          test.highest,
          ": look at the data and the labels; from weights that are trained already a test this "
          "short tells nothing, begin with the rate of the recipe");
  return result;
}

}  // namespace coppice

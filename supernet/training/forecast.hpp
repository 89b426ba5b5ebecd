// What a training will cost, from a few measured steps of each phase.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "supernet/base/clock.hpp"
#include "supernet/training/trainer.hpp"

namespace coppice {

/// Seconds and joules of one thing, and how sure they are.
struct MeasuredCost {
  double seconds = 0;
  double joules = 0;
  double seconds_error = 0;  ///< standard error of `seconds` as a mean
};

struct PhaseForecast {
  std::string name;
  double epochs = 0;  ///< with the warm-up
  std::int64_t steps = 0;
  int subnets = 0;
  MeasuredCost step;  ///< of one step
};

struct Forecast {
  std::vector<PhaseForecast> phases;  ///< those that are not empty
  MeasuredCost evaluation;            ///< of one, smallest and largest network
  int evaluations = 0;
  std::int64_t peak_memory_bytes = 0;  ///< of this process, while it measured
  [[nodiscard]] double seconds() const;
  [[nodiscard]] double joules() const;
};

struct ForecastOptions {
  int steps = 6;  ///< measured in each phase, after two that warm up
};

/// Trains some steps of every phase at a rate near zero: the supernet is worth nothing afterwards.
/// `energy_so_far` tells the joules spent by this process.
[[nodiscard]] Forecast forecast_training(Supernet& supernet,
                                         const TrainData& data,
                                         const TrainOptions& options,
                                         const Clock& clock,
                                         const std::function<double()>& energy_so_far,
                                         const ForecastOptions& forecast = {});

}  // namespace coppice

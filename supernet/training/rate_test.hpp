// Which learning rate serves: a short training with a growing one (Smith 2017, "Cyclical learning
// rates for training neural networks", section 3.3).
#pragma once

#include <optional>
#include <vector>

#include "supernet/training/trainer.hpp"

namespace coppice {

struct RateTestOptions {
  int steps = 120;
  double lowest = 1e-4;  ///< of a batch of 64
  double highest = 3;
};

/// One step of the test.
struct RatePoint {
  double rate = 0;  ///< for a batch of 64
  double loss = 0;  ///< smoothed over about ten steps
};

struct RateTest {
  double rate = 0;  ///< to use as peak rate, for a batch of 64
  std::vector<RatePoint> curve;
};

/// The rate grows geometrically until the loss explodes. The one to use is a third of that with
/// the lowest loss: the highest at which the loss still falls well, with room for the noise of a
/// short test. Trains `supernet` with the first phase that is not empty, taught by `teacher` where
/// that is one: it is worth nothing afterwards. Throws Error when the loss never falls, as it does
/// from weights that are trained well already.
[[nodiscard]] RateTest test_rates(Supernet& supernet,
                                  const TrainData& data,
                                  const TrainOptions& options,
                                  const std::optional<Subnet>& teacher = std::nullopt,
                                  const RateTestOptions& test = {});

}  // namespace coppice

// What `train --target-accuracy` asks for, and what a training can tell about reaching it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "supernet/training/learning_curve.hpp"
#include "supernet/training/trainer.hpp"

namespace coppice {

/// Reached where the Wilson lower bound of the largest network's held-out accuracy is not below it.
struct Target {
  double accuracy = 0;     ///< percent; 0: there is none
  std::size_t images = 0;  ///< held out, > 0
};

/// Throws Error(usage) when not even all of the images right would show that it is reached.
void require_can_be_shown(const Target& target);

/// How far it is, in one sentence: joules from a fit to the curve, compared with `left_j`, what the
/// rest of the training still takes. Empty while the curve is too short to say.
[[nodiscard]] std::string target_text(const std::vector<CurvePoint>& curve,
                                      const Target& target,
                                      double left_j);

/// What to tell the user whose target ended a training before all of its phases: how to go on, and
/// that other networks than the largest were not trained. Empty: it did not.
[[nodiscard]] std::string untrained_phases_text(const TrainState& state,
                                                const TrainOptions& options);

}  // namespace coppice

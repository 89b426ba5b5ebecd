// The update of stochastic gradient descent in one pass over memory.
#pragma once

#include <cstdint>

namespace coppice {

/// g = gradient + decay * weight;  momentum = momentum_factor * momentum + g;
/// weight -= rate * (g + momentum_factor * momentum).
struct NesterovStep {
  float rate = 0;
  float momentum_factor = 0;
  float decay = 0;
};

/// `gradient` may be null: zero.
void nesterov_update(const NesterovStep& step,
                     const float* gradient,
                     std::int64_t count,
                     float* momentum,
                     float* weight);

}  // namespace coppice

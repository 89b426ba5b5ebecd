#include "supernet/kernels/sgd_update.hpp"

namespace coppice {
namespace {

// gradient_at(i); memory is the limit, so any vector width serves.
template <class GradientAt>
void update(const NesterovStep& step,
            GradientAt gradient_at,
            std::int64_t count,
            float* __restrict momentum,
            float* __restrict weight) {
  for (std::int64_t i = 0; i < count; ++i) {
    const float g = gradient_at(i) + step.decay * weight[i];
    momentum[i] = step.momentum_factor * momentum[i] + g;
    weight[i] -= step.rate * (g + step.momentum_factor * momentum[i]);
  }
}

}  // namespace

void nesterov_update(const NesterovStep& step,
                     const float* gradient,
                     std::int64_t count,
                     float* momentum,
                     float* weight) {
  if (gradient == nullptr) {
    return update(
        step, [](std::int64_t) { return 0.0F; }, count, momentum, weight);
  }
  update(
      step, [gradient](std::int64_t i) { return gradient[i]; }, count, momentum, weight);
}

}  // namespace coppice

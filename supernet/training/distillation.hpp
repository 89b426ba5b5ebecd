// The training loss: smoothed labels and the teacher's soft ones.
#pragma once

#include <ATen/core/Tensor.h>

namespace coppice {

struct LossOptions {
  double label_smoothing = 0.1;  ///< share of the target spread evenly over all classes
  double label_weight = 1.0;     ///< of the labels' term; 0 with a teacher: its answers alone
  double teacher_weight = 1.0;   ///< of the teacher's term ("kd_ratio"); 0: labels alone
};

/// Mean over the batch of label_weight * CE(smoothed labels) + teacher_weight * CE(softmax(teacher
/// logits)), at temperature 1 (Cai et al. 2020, appendix B). `teacher_logits` may be undefined:
/// labels alone.
[[nodiscard]] at::Tensor distillation_loss(const at::Tensor& logits,
                                           const at::Tensor& labels,
                                           const at::Tensor& teacher_logits,
                                           const LossOptions& options);

}  // namespace coppice

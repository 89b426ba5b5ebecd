#include "supernet/training/distillation.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/softmax.h>

namespace coppice {

at::Tensor distillation_loss(const at::Tensor& logits,
                             const at::Tensor& labels,
                             const at::Tensor& teacher_logits,
                             const LossOptions& options) {
  // Cross entropy is linear in its target, so both terms share one log-softmax.
  const double spread = options.label_smoothing / static_cast<double>(logits.size(1));
  at::Tensor target = at::full_like(logits.detach(), spread);
  target.scatter_(1, labels.unsqueeze(1), 1 - options.label_smoothing + spread);
  if (options.label_weight != 1) target.mul_(options.label_weight);
  if (teacher_logits.defined() && options.teacher_weight > 0) {
    target.add_(at::softmax(teacher_logits.detach(), 1), options.teacher_weight);
  }
  return -(target * at::log_softmax(logits, 1)).sum(1).mean();
}

}  // namespace coppice

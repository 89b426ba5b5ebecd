#include "supernet/elastic/gradient_slot.hpp"

#include <ATen/ops/zeros_like.h>

namespace coppice {

GradientSlot::GradientSlot(const at::Tensor& tensor) : tensor_(tensor) {
  if (!wanted()) return;
  const at::Tensor leaf = tensor.is_view() ? at::Tensor(tensor._base()) : tensor;
  if (leaf.is_leaf() && leaf.is_contiguous()) leaf_ = leaf;
}

at::Tensor GradientSlot::gradient() const {
  at::Tensor& whole = leaf_.mutable_grad();
  if (!whole.defined()) whole = at::zeros_like(leaf_.detach());
  if (!whole.is_contiguous()) whole = whole.contiguous();
  return whole.as_strided(
      tensor_.sizes(), tensor_.strides(), tensor_.storage_offset() - leaf_.storage_offset());
}

}  // namespace coppice

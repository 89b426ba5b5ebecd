// Where the gradient of a parameter goes when an operation adds it by itself.
//
// A slice of a stored weight gets its gradient in place, in the same slice of the weight's own:
// no tensor of the stored size is made and filled with zeros for every layer. Only what was
// computed from weights (a kernel through its matrices) goes back through autograd.
#pragma once

#include <ATen/core/Tensor.h>

namespace coppice {

class GradientSlot {
 public:
  /// `tensor`: a parameter, a view of one, or anything computed from some. Undefined: wants none.
  explicit GradientSlot(const at::Tensor& tensor);

  [[nodiscard]] bool wanted() const { return tensor_.defined() && tensor_.requires_grad(); }
  /// Whether the gradient is added in place; else autograd has to be given it.
  [[nodiscard]] bool in_place() const { return leaf_.defined(); }

  /// The part of the parameter's gradient that belongs to the tensor; made of zeros when the
  /// parameter has none yet. REQUIRES in_place().
  [[nodiscard]] at::Tensor gradient() const;

 private:
  at::Tensor tensor_;
  at::Tensor leaf_;
};

}  // namespace coppice

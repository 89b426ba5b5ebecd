// When Coppice's own kernels apply to a tensor, what they are told, and on which threads they run.
// For the sources of the fast operations only.
#pragma once

#include <ATen/core/Tensor.h>

#include "supernet/kernels/norm_loops.hpp"
#include "supernet/kernels/run_tasks.hpp"
#include "supernet/space/space_spec.hpp"

namespace coppice {

/// Runs tasks on libtorch's pool, as many at a time as at::set_num_threads allows.
void run_on_pool(std::int64_t tasks, const TaskRange& range);

/// Dense float32 in main memory.
[[nodiscard]] inline bool plain_float(const at::Tensor& tensor) {
  return tensor.defined() && tensor.device().is_cpu() && tensor.scalar_type() == at::kFloat &&
         tensor.layout() == at::kStrided;
}

/// [N, C, H, W] as the kernels read it: channels last, nothing empty.
[[nodiscard]] inline bool plain_images(const at::Tensor& x) {
  return plain_float(x) && x.dim() == 4 && x.numel() > 0 &&
         x.is_contiguous(at::MemoryFormat::ChannelsLast);
}

/// A depthwise weight whose kernels are whole, at any distance from each other.
[[nodiscard]] inline at::Tensor with_dense_kernels(const at::Tensor& weight) {
  const std::int64_t k = weight.size(3);
  const bool dense = k == 1 || (weight.stride(3) == 1 && weight.stride(2) == k);
  return dense ? weight : weight.contiguous();
}

[[nodiscard]] inline Nonlinearity nonlinearity(Activation activation) {
  switch (activation) {
    case Activation::relu:
      return Nonlinearity::relu;
    case Activation::relu6:
      return Nonlinearity::relu6;
    case Activation::h_swish:
      return Nonlinearity::h_swish;
    case Activation::none:
      break;
  }
  return Nonlinearity::none;
}

}  // namespace coppice

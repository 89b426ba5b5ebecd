// Batch normalisation of a batch that several processes share: statistics of all of it.
//
// The sums of each process are added up before they become means and variances, forward and
// backward, so that as many processes as one likes compute what one would with the whole batch.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/ivalue.h>

#include <vector>

#include "supernet/elastic/fast_ops.hpp"
#include "supernet/forward.hpp"
#include "supernet/kernels/norm_activation.hpp"

namespace coppice {

/// `shape` and `totals` are a process's own, of `images` images; afterwards they are those of the
/// whole batch. Where statistics are not shared nothing changes.
void sum_over_ranks(const BatchShare& share,
                    std::int64_t images,
                    NormShape& shape,
                    std::vector<double>& totals);

/// A copy for autograd to keep between forward and backward, and what it holds.
[[nodiscard]] c10::IValue hold(const BatchShare& share);
[[nodiscard]] const BatchShare& held(const c10::IValue& value);

/// Batch norm of x [N, C, H, W] with the statistics of the whole batch, which are blended into the
/// running ones, by libtorch's operators on any device; without activation. REQUIRES
/// options.share with a `sum`.
[[nodiscard]] at::Tensor shared_batch_norm(const at::Tensor& x,
                                           const NormTensors& tensors,
                                           const NormOptions& options);

}  // namespace coppice

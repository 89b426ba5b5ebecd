// The environment in which programs with tensors run: what the libraries under them read when they
// are loaded.
#pragma once

namespace coppice {

/// Sets what is not set yet: OpenMP, BLAS, the allocator and libtorch's choice of loops. Only
/// programs that are started afterwards see it. Nothing here changes results but the last: libtorch
/// sums in another order with wider loops.
void prepare_tensor_environment();

}  // namespace coppice

// Pointwise (1 x 1) convolution between lazy images: forward with the sums of its batch statistics,
// and both gradients in one pass over memory.
//
// Weights and their gradients are rows of a larger matrix, so a slice needs no copy. Blocks of rows
// are summed in groups that depend on the shape alone: the results are the same to the bit for any
// number of threads.
#pragma once

#include <cstdint>
#include <vector>

#include "supernet/kernels/gemm.hpp"
#include "supernet/kernels/lazy_images.hpp"
#include "supernet/kernels/run_tasks.hpp"

namespace coppice {

/// weight[out][in] at data[out * row + in].
struct PointwiseWeight {
  FloatMatrix matrix;  ///< rows: output channels, columns: input channels
  const GemmLoops* loops = nullptr;
};

/// Writes out [rows][out channels]; returns the sums of add_row_sums, [2][out channels].
[[nodiscard]] std::vector<double> pointwise_forward(const LazyImages& in,
                                                    const PointwiseWeight& weight,
                                                    const Stored& out,
                                                    const RunTasks& run);

/// Adds the weight's gradient to weight_gradient[out * weight.matrix.row + in], and writes that of
/// the input where `in_gradient` says.
void pointwise_backward(const LazyImages& in,
                        const LazyGradient& out_gradient,
                        const PointwiseWeight& weight,
                        float* weight_gradient,
                        const ImageGradient& in_gradient,
                        const RunTasks& run);

}  // namespace coppice

// The passes over lazy images that are no convolution: sums of squeeze-and-excite, residual
// additions, patches for a dense convolution.
#pragma once

#include <vector>

#include "supernet/kernels/lazy_images.hpp"
#include "supernet/kernels/run_tasks.hpp"

namespace coppice {

/// Images [batch][height][width][channels] around a square kernel; padding kernel / 2.
struct PatchShape {
  std::int64_t batch = 0;
  std::int64_t height = 0;
  std::int64_t width = 0;
  std::int64_t channels = 0;
  std::int64_t kernel = 3;
  std::int64_t stride = 1;

  [[nodiscard]] std::int64_t out_height() const { return (height - 1) / stride + 1; }
  [[nodiscard]] std::int64_t out_width() const { return (width - 1) / stride + 1; }
  [[nodiscard]] std::int64_t values() const { return kernel * kernel * channels; }
};

/// What a dense convolution sees around each of its output pixels, [pixel][row][column][channel]:
/// it is a pointwise convolution of these.
void gather_patches(const PatchShape& shape,
                    const float* images,
                    const Stored& patches,
                    const RunTasks& run);

/// The mean of each channel of each image, [images][channels].
void lazy_image_means(const LazyImages& images, float* means, const RunTasks& run);

/// The gradient of the gate, [images][channels]: the sum over each image of the value without its
/// gate times `gradient`, that of the gated value.
void lazy_gate_gradient(const LazyImages& images,
                        const Stored& gradient,
                        float* gate_gradient,
                        const RunTasks& run);

/// sum = a + b, both of one shape.
void add_images(const LazyImages& a, const LazyImages& b, const Stored& sum, const RunTasks& run);

/// The sums of add_gradient_sums over all rows, [2][channels]; the slopes are not read.
[[nodiscard]] std::vector<double> lazy_gradient_sums(const LazyGradient& gradient,
                                                     const RunTasks& run);

}  // namespace coppice

// Batches of images at a lower resolution, for networks that see the same images in other sizes.
#pragma once

#include <ATen/core/Tensor.h>

namespace coppice {

/// Float images [N, C, R, R] -> [N, C, resolution, resolution], channels-last, each pixel the mean
/// of the area that it covers, as data/resize.hpp shrinks pictures, but for its rounding to whole
/// grey values. The images themselves where they have that size. REQUIRES 0 < resolution <= R.
[[nodiscard]] at::Tensor shrunk(const at::Tensor& images, int resolution);

}  // namespace coppice

// The preprocessing of evaluation: images of any size become squares of the network's input size.
#pragma once

#include "supernet/data/dataset.hpp"

namespace coppice {

/// Stretches or squeezes to size x size pixels: area averaging (OpenCV's INTER_AREA) when the
/// result has fewer pixels, bilinear interpolation (INTER_LINEAR) when it has more. Throws Error
/// unless size > 0 and the image is whole.
[[nodiscard]] Image resize(const Image& image, int size);

/// Keeps the proportions: resizes (as above) so that the shorter side is
/// ceil(size / crop_fraction), then cuts size x size pixels from the centre. This is what the
/// once-for-all evaluation does with crop_fraction 0.875. Throws Error unless size > 0,
/// 0 < crop_fraction <= 1 and the image is whole.
[[nodiscard]] Image resize_shorter_side_and_crop_center(const Image& image,
                                                        int size,
                                                        double crop_fraction);

}  // namespace coppice

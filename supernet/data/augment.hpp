// Random variations of training images.
#pragma once

#include <string>

#include "supernet/base/random.hpp"
#include "supernet/data/dataset.hpp"

namespace coppice {

enum class Augmentation {
  none,       ///< resized only
  crop_flip,  ///< small pictures: shifted by up to an eighth (black border), mirrored by chance
  imagenet    ///< random resized crop (area 0.08 to 1, ratio 3/4 to 4/3), mirrored by chance,
              ///< brightness 32/255 and saturation 0.5, as the reference
};

/// Names as the command line spells them: "none", "crop-flip", "imagenet".
[[nodiscard]] std::string to_text(Augmentation augmentation);
/// Throws Error(usage) naming the allowed ones.
[[nodiscard]] Augmentation parse_augmentation(const std::string& name);

/// A training image of size x size pixels. The same state of `random` gives the same image.
[[nodiscard]] Image augment(const Image& image, Augmentation augmentation, int size, Random random);

/// How an image becomes network input when nothing is random: evaluation, calibration, deployment.
/// crop_fraction 1 resizes the whole picture to size x size; below 1 the shorter side becomes
/// size / crop_fraction and the centre is cut out.
[[nodiscard]] Image prepare(const Image& image, int size, double crop_fraction);

}  // namespace coppice

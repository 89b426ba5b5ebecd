#include "supernet/training/shrunk_images.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/abs.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/item.h>
#include <ATen/ops/max.h>
#include <gtest/gtest.h>

#include "supernet/base/random.hpp"
#include "supernet/data/resize.hpp"

namespace coppice {
namespace {

constexpr int kSize = 28;

Image random_picture(Random random) {
  Image picture{kSize, kSize, 3, {}};
  for (int i = 0; i < kSize * kSize * 3; ++i) {
    picture.pixels.push_back(static_cast<std::uint8_t>(random.below(256)));
  }
  return picture;
}

at::Tensor tensor_of(const Image& image) {
  at::Tensor tensor = at::empty({1, image.channels, image.height, image.width});
  auto* value = tensor.data_ptr<float>();
  for (int c = 0; c < image.channels; ++c) {
    for (int p = 0; p < image.height * image.width; ++p) {
      *value++ = image.pixels[static_cast<std::size_t>(p * image.channels + c)];
    }
  }
  return tensor;
}

// What evaluation does to pictures, but for its rounding.
TEST(ShrunkImages, EachPixelIsTheMeanOfItsArea) {
  const Image picture = random_picture(Random(1));
  for (const int size : {24, 20, 14, 7}) {
    const at::Tensor found = shrunk(tensor_of(picture), size);
    ASSERT_EQ(found.sizes(), (std::vector<std::int64_t>{1, 3, size, size}));
    const at::Tensor expected = tensor_of(resize(picture, size));
    EXPECT_LE((found - expected).abs().max().item<float>(), 0.51) << size;
  }
}

TEST(ShrunkImages, TheSameSizeIsTheSameImages) {
  const at::Tensor images = tensor_of(random_picture(Random(2)));
  EXPECT_TRUE(shrunk(images, kSize).is_same(images));
}

}  // namespace
}  // namespace coppice

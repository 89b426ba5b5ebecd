#include "supernet/data/augment.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "supernet/base/error.hpp"

namespace coppice {
namespace {

Image gradient(int height, int width, int channels) {
  Image image{height, width, channels, {}};
  for (int i = 0; i < height * width * channels; ++i) {
    image.pixels.push_back(static_cast<std::uint8_t>(10 + i % 240));
  }
  return image;
}

TEST(Augment, NoneOnlyResizes) {
  const Image image = gradient(8, 8, 1);
  EXPECT_EQ(augment(image, Augmentation::none, 8, Random(1)).pixels, image.pixels);
}

TEST(Augment, TheSameStreamGivesTheSameImage) {
  const Image image = gradient(32, 32, 3);
  for (const Augmentation kind : {Augmentation::crop_flip, Augmentation::imagenet}) {
    const Image a = augment(image, kind, 24, Random(5));
    EXPECT_EQ(a.pixels, augment(image, kind, 24, Random(5)).pixels);
    EXPECT_NE(a.pixels, augment(image, kind, 24, Random(6)).pixels);
    EXPECT_EQ(a.height, 24);
    EXPECT_EQ(a.width, 24);
    EXPECT_EQ(a.channels, 3);
  }
}

// No crop of 4 : 3 covers 8 % of a strip a hundred times as wide as high.
TEST(Augment, WhereNoRandomCropFitsTheCentreServes) {
  Image strip{4, 400, 1, std::vector<std::uint8_t>(1600, 0)};
  for (int y = 0; y < 4; ++y) {
    for (int x = 196; x < 204; ++x) strip.pixels[static_cast<std::size_t>(y * 400 + x)] = 150;
  }
  const Image out = augment(strip, Augmentation::imagenet, 8, Random(1));
  EXPECT_GT(*std::min_element(out.pixels.begin(), out.pixels.end()), 50);
}

TEST(Augment, CropFlipMovesMirrorsAndFillsWithBlack) {
  const Image image = gradient(16, 16, 1);
  bool unmoved = false;
  bool mirrored = false;
  int black = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const Image out = augment(image, Augmentation::crop_flip, 16, Random(seed));
    unmoved = unmoved || out.pixels == image.pixels;
    Image back = out;
    for (int y = 0; y < 16; ++y) {
      std::reverse(back.pixels.begin() + y * 16, back.pixels.begin() + (y + 1) * 16);
    }
    mirrored = mirrored || back.pixels == image.pixels;
    const auto zeros = std::count(out.pixels.begin(), out.pixels.end(), std::uint8_t{0});
    // A shift of at most 2 in both directions uncovers at most 16 + 16 + 28 pixels.
    EXPECT_LE(zeros, 60);
    black += zeros > 0 ? 1 : 0;
  }
  EXPECT_TRUE(unmoved);
  EXPECT_TRUE(mirrored);
  EXPECT_GT(black, 300);
}

TEST(Augment, ShiftedPixelsKeepTheirValues) {
  Image image{8, 8, 1, std::vector<std::uint8_t>(64, 0)};
  image.pixels[3 * 8 + 4] = 200;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Image out = augment(image, Augmentation::crop_flip, 8, Random(seed));
    EXPECT_EQ(std::count(out.pixels.begin(), out.pixels.end(), std::uint8_t{200}), 1);
  }
}

TEST(Augment, PrepareUsesTheWholePictureOrItsCentre) {
  EXPECT_EQ(prepare(gradient(28, 28, 1), 20, 1.0).width, 20);
  const Image photograph = prepare(gradient(40, 60, 3), 16, 0.875);
  EXPECT_EQ(photograph.height, 16);
  EXPECT_EQ(photograph.width, 16);
}

TEST(Augment, UnknownNamesListTheKnown) {
  EXPECT_EQ(parse_augmentation("crop-flip"), Augmentation::crop_flip);
  try {
    static_cast<void>(parse_augmentation("mixup"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "augment = mixup, must be none, crop-flip or imagenet");
  }
}

}  // namespace
}  // namespace coppice

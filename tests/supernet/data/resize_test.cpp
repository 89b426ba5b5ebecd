#include "supernet/data/resize.hpp"

#include <gtest/gtest.h>

#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

/// A grey image whose pixels are 10 times their column.
Image ramp(int height, int width) {
  Image image{height, width, 1, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) image.pixels.push_back(static_cast<std::uint8_t>(10 * x));
  }
  return image;
}

TEST(Resize, ShrinkingAveragesAreas) {
  const Image image{2, 2, 1, {0, 10, 20, 30}};
  const Image small = resize(image, 1);
  EXPECT_EQ(small.height, 1);
  EXPECT_EQ(small.width, 1);
  EXPECT_EQ(small.pixels, std::vector<std::uint8_t>{15});
}

TEST(Resize, GrowingInterpolates) {
  const Image large = resize({1, 2, 1, {0, 100}}, 4);
  EXPECT_EQ(large.pixels.size(), 16U);
  EXPECT_EQ(std::vector<std::uint8_t>(large.pixels.begin(), large.pixels.begin() + 4),
            (std::vector<std::uint8_t>{0, 25, 75, 100}));
}

TEST(Resize, SameSizeChangesNothing) {
  const Image image = ramp(5, 5);
  EXPECT_EQ(resize(image, 5).pixels, image.pixels);
}

TEST(Resize, ChannelsStayApart) {
  Image image{4, 4, 3, {}};
  for (int i = 0; i < 16; ++i) image.pixels.insert(image.pixels.end(), {10, 20, 30});
  const Image small = resize(image, 2);
  EXPECT_EQ(small.channels, 3);
  EXPECT_EQ(std::vector<std::uint8_t>(small.pixels.begin(), small.pixels.begin() + 3),
            (std::vector<std::uint8_t>{10, 20, 30}));
}

TEST(ResizeAndCrop, TakesTheMiddleOfTheLongerSide) {
  const Image cropped = resize_shorter_side_and_crop_center(ramp(4, 8), 4, 1.0);
  EXPECT_EQ(cropped.height, 4);
  EXPECT_EQ(cropped.width, 4);
  EXPECT_EQ(std::vector<std::uint8_t>(cropped.pixels.begin(), cropped.pixels.begin() + 4),
            (std::vector<std::uint8_t>{20, 30, 40, 50}));
}

TEST(ResizeAndCrop, FractionLeavesAMargin) {
  // 8 / 0.5 = 16 is the image's size already: nothing is resized, 4 pixels a side are cut.
  const Image cropped = resize_shorter_side_and_crop_center(ramp(16, 16), 8, 0.5);
  EXPECT_EQ(cropped.width, 8);
  EXPECT_EQ(cropped.pixels.front(), 40);
  EXPECT_EQ(cropped.pixels.back(), 110);
}

TEST(ResizeAndCrop, EveryProportionGivesASquare) {
  for (const int height : {1, 7, 333, 500}) {
    for (const int width : {1, 8, 375, 499}) {
      const Image image{height,
                        width,
                        3,
                        std::vector<std::uint8_t>(static_cast<std::size_t>(height * width * 3), 9)};
      const Image cropped = resize_shorter_side_and_crop_center(image, 16, 0.875);
      EXPECT_EQ(cropped.pixels, std::vector<std::uint8_t>(16 * 16 * 3, 9))
          << height << " x " << width;
    }
  }
}

TEST(Resize, BadArgumentsAreQuoted) {
  EXPECT_EQ(message_of([] { (void)resize(ramp(2, 2), 0); }), "image size = 0, must be > 0");
  EXPECT_EQ(message_of([] {
              (void)resize({2, 2, 1, {1, 2, 3}}, 4);
            }),
            "image of 2 x 2 x 1 with 3 values, must have their product");
  EXPECT_EQ(message_of([] { (void)resize_shorter_side_and_crop_center(ramp(2, 2), 2, 1.5); }),
            "crop_fraction = 1.5, must be > 0 and <= 1");
}

}  // namespace
}  // namespace coppice

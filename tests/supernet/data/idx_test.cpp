#include "supernet/data/idx.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>

#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

namespace fs = std::filesystem;

std::string number(std::uint32_t value) {
  return {static_cast<char>(value >> 24U),
          static_cast<char>(value >> 16U),
          static_cast<char>(value >> 8U),
          static_cast<char>(value)};
}

/// `count` images of 2 x 3 pixels counting upwards.
std::string image_file(std::uint32_t count) {
  std::string bytes = number(0x803) + number(count) + number(2) + number(3);
  for (std::uint32_t i = 0; i < count * 6; ++i) bytes.push_back(static_cast<char>(i));
  return bytes;
}

std::string label_file(const std::string& labels) {
  return number(0x801) + number(static_cast<std::uint32_t>(labels.size())) + labels;
}

std::string packed(const TemporaryFolder& folder, const std::string& bytes) {
  const auto path = folder / "packing";
  const gzFile out = ::gzopen(path.c_str(), "wb");
  ::gzwrite(out, bytes.data(), static_cast<unsigned>(bytes.size()));
  ::gzclose(out);
  return read_bytes(path);
}

class Idx : public ::testing::Test {
 protected:
  Idx() {
    write_bytes(folder_ / "train-images-idx3-ubyte", image_file(4));
    write_bytes(folder_ / "train-labels-idx1-ubyte", label_file({0, 1, 2, 1}));
    write_bytes(folder_ / "t10k-images-idx3-ubyte", image_file(2));
    write_bytes(folder_ / "t10k-labels-idx1-ubyte", label_file({2, 0}));
  }
  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_ / name).string();
  }
  [[nodiscard]] std::string message() const {
    return message_of([&] { (void)open_data(folder_.path()); });
  }

  TemporaryFolder folder_;
};

TEST_F(Idx, PlainFilesGiveTheirImagesAndLabels) {
  const DataSource source = open_data(folder_.path());
  EXPECT_EQ(source.format, "IDX");
  EXPECT_EQ(source.channels, 1);
  EXPECT_EQ(source.class_names, (std::vector<std::string>{"0", "1", "2"}));
  ASSERT_EQ(source.train->size(), 4U);
  ASSERT_EQ(source.test->size(), 2U);
  const Sample sample = source.train->get(2);
  EXPECT_EQ(sample.label, 2);
  EXPECT_EQ(source.train->label(2), 2);
  EXPECT_EQ(sample.image.height, 2);
  EXPECT_EQ(sample.image.width, 3);
  EXPECT_EQ(sample.image.channels, 1);
  EXPECT_EQ(sample.image.pixels, (std::vector<std::uint8_t>{12, 13, 14, 15, 16, 17}));
}

TEST_F(Idx, PackedAndDottedNamesAreFound) {
  fs::rename(folder_ / "train-images-idx3-ubyte", folder_ / "train-images.idx3-ubyte");
  write_bytes(folder_ / "t10k-labels.idx1-ubyte.gz", packed(folder_, label_file({1, 1})));
  fs::remove(folder_ / "t10k-labels-idx1-ubyte");
  const DataSource source = open_data(folder_.path());
  EXPECT_EQ(source.train->size(), 4U);
  EXPECT_EQ(source.test->label(0), 1);
}

TEST_F(Idx, MissingFileIsNamed) {
  fs::remove(folder_ / "train-labels-idx1-ubyte");
  EXPECT_EQ(message(),
            folder_.path().string() +
                " has no train-labels-idx1-ubyte (or .gz); all four IDX files are needed");
}

TEST_F(Idx, TruncatedFileNamesItsPath) {
  write_bytes(folder_ / "t10k-images-idx3-ubyte", image_file(2).substr(0, 20));
  EXPECT_EQ(
      message(),
      path("t10k-images-idx3-ubyte") + " is truncated: its header promises 12 bytes, 4 found");
  write_bytes(folder_ / "t10k-images-idx3-ubyte", image_file(2).substr(0, 9));
  EXPECT_EQ(message(), path("t10k-images-idx3-ubyte") + " is too short for an IDX header");
}

TEST_F(Idx, TruncatedGzipNamesItsPath) {
  std::string incompressible = label_file({0, 1, 2, 1});
  const std::string whole = packed(folder_, incompressible);
  fs::remove(folder_ / "train-labels-idx1-ubyte");
  for (std::size_t keep = 3; keep < whole.size(); ++keep) {
    write_bytes(folder_ / "train-labels-idx1-ubyte.gz", whole.substr(0, keep));
    EXPECT_EQ(message(),
              "cannot read " + path("train-labels-idx1-ubyte.gz") +
                  ": its gzip data are truncated or damaged")
        << "first " << keep << " bytes";
  }
}

TEST_F(Idx, DamagedGzipNamesItsPath) {
  std::string bytes = packed(folder_, label_file({0, 1, 2, 1}));
  bytes[bytes.size() - 7] = static_cast<char>(bytes[bytes.size() - 7] ^ 1);  // the checksum
  fs::remove(folder_ / "train-labels-idx1-ubyte");
  write_bytes(folder_ / "train-labels-idx1-ubyte.gz", bytes);
  EXPECT_EQ(message(),
            "cannot read " + path("train-labels-idx1-ubyte.gz") +
                ": its gzip data are truncated or damaged");
}

TEST_F(Idx, HeaderThatPromisesTerabytesIsRefusedWithoutThem) {
  const std::string header =
      number(0x803) + number(0xffffffff) + number(0xffffffff) + number(0xffffffff);
  write_bytes(folder_ / "train-images-idx3-ubyte", header + "abc");
  EXPECT_EQ(message(),
            path("train-images-idx3-ubyte") +
                " is truncated: its header promises 68719476736 bytes, 3 found");
}

TEST_F(Idx, LongerFileIsRefused) {
  write_bytes(folder_ / "t10k-images-idx3-ubyte", image_file(2) + "x");
  EXPECT_EQ(
      message(),
      path("t10k-images-idx3-ubyte") + " holds more than the 12 bytes that its header promises");
}

TEST_F(Idx, WrongMagicNumberIsQuoted) {
  write_bytes(folder_ / "train-images-idx3-ubyte", label_file({0, 1}));
  EXPECT_EQ(message(),
            path("train-images-idx3-ubyte") +
                " starts with 0x00000801, an IDX file of images starts with 0x00000803");
}

TEST_F(Idx, TextFileIsRefused) {
  write_bytes(folder_ / "train-labels-idx1-ubyte", "label\n0\n1\n");
  EXPECT_EQ(message(),
            path("train-labels-idx1-ubyte") +
                " starts with 0x6c616265, an IDX file of labels starts with 0x00000801");
}

TEST_F(Idx, EmptySetIsRefused) {
  write_bytes(folder_ / "train-images-idx3-ubyte", image_file(0));
  EXPECT_EQ(message(), path("train-images-idx3-ubyte") + " holds no values: dimension 0 is 0");
}

TEST_F(Idx, CountsMustAgree) {
  write_bytes(folder_ / "train-labels-idx1-ubyte", label_file({0, 1, 2}));
  EXPECT_EQ(message(),
            path("train-images-idx3-ubyte") + " holds 4 images, " +
                path("train-labels-idx1-ubyte") + " 3 labels; the counts must be equal");
}

TEST_F(Idx, LabelOutOfRangeIsQuoted) {
  write_bytes(folder_ / "t10k-labels-idx1-ubyte", label_file({0, 3}));
  EXPECT_EQ(message(),
            path("t10k-labels-idx1-ubyte") +
                " has label 3 at position 1, must be < 3 (the classes of training)");
  write_bytes(folder_ / "train-labels-idx1-ubyte", label_file({0, 1, 2, 9}));
  EXPECT_EQ(message(),
            path("train-labels-idx1-ubyte") +
                " has label 9 but no label 3; labels must be 0 ... classes - 1 without a gap");
}

TEST_F(Idx, SizesOfBothPartsMustAgree) {
  write_bytes(folder_ / "t10k-images-idx3-ubyte",
              number(0x803) + number(2) + number(1) + number(1) + "ab");
  EXPECT_EQ(message(), folder_.path().string() + ": the images of train and t10k differ in size");
}

TEST(FashionMnist, HasItsPublishedCountsAndLabels) {
  const fs::path folder = "/usr/share/datasets/fashion-mnist";
  if (!fs::exists(folder)) GTEST_SKIP() << "skipped: dataset-fashion-mnist is not installed";
  const DataSource source = open_data(folder);
  ASSERT_EQ(source.train->size(), 60000U);
  ASSERT_EQ(source.test->size(), 10000U);
  EXPECT_EQ(source.class_names.size(), 10U);
  EXPECT_EQ(source.class_names.back(), "9");
  const std::vector<int> train = {9, 0, 0, 3, 0, 2, 7, 2};
  const std::vector<int> test = {9, 2, 1, 1, 6, 1, 4, 6};
  std::vector<int> counts(10);
  for (std::size_t i = 0; i < 60000; ++i) {
    ++counts.at(static_cast<std::size_t>(source.train->label(i)));
  }
  EXPECT_EQ(counts, std::vector<int>(10, 6000));
  for (std::size_t i = 0; i < train.size(); ++i) {
    EXPECT_EQ(source.train->label(i), train[i]) << i;
    EXPECT_EQ(source.test->label(i), test[i]) << i;
  }
  const Image image = source.train->get(59999).image;
  EXPECT_EQ(image.height, 28);
  EXPECT_EQ(image.width, 28);
  EXPECT_GT(*std::max_element(image.pixels.begin(), image.pixels.end()), 100);
}

}  // namespace
}  // namespace coppice

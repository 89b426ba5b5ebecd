#include "supernet/data/cifar.hpp"

#include <gtest/gtest.h>

#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

/// A record whose red, green and blue planes are `red`, 2 and 3, but for the second pixel's green.
std::string record(const std::string& labels, char red) {
  std::string planes = std::string(1024, red) + std::string(1024, 2) + std::string(1024, 3);
  planes[1024 + 1] = 77;
  return labels + planes;
}

void write_cifar10(const std::filesystem::path& folder) {
  for (char batch = 1; batch <= 5; ++batch) {
    write_bytes(folder / text("data_batch_", int{batch}, ".bin"),
                record({batch}, batch) + record("\x09", 40));
  }
  write_bytes(folder / "test_batch.bin", record({8}, 50));
}

std::string open_message(const TemporaryFolder& folder) {
  return message_of([&] { (void)open_data(folder.path()); });
}

TEST(Cifar, TenClassesComeInBatchOrderWithInterleavedColours) {
  const TemporaryFolder folder;
  write_cifar10(folder.path());
  write_bytes(folder / "batches.meta.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n");
  const DataSource source = open_data(folder.path());
  EXPECT_EQ(source.format, "CIFAR-10");
  EXPECT_EQ(source.channels, 3);
  EXPECT_EQ(source.class_names.at(9), "j");
  ASSERT_EQ(source.train->size(), 10U);
  ASSERT_EQ(source.test->size(), 1U);
  EXPECT_EQ(source.train->label(2), 2);
  EXPECT_EQ(source.train->label(3), 9);
  EXPECT_EQ(source.test->label(0), 8);
  const Image image = source.train->get(2).image;
  EXPECT_EQ(image.height, 32);
  EXPECT_EQ(image.width, 32);
  EXPECT_EQ(image.channels, 3);
  const std::vector<std::uint8_t> first(image.pixels.begin(), image.pixels.begin() + 9);
  EXPECT_EQ(first, (std::vector<std::uint8_t>{2, 2, 3, 2, 77, 3, 2, 2, 3}));
}

TEST(Cifar, SubfolderOfTheArchiveIsFound) {
  const TemporaryFolder folder;
  write_cifar10(folder / "cifar-10-batches-bin");
  const DataSource source = open_data(folder.path());
  EXPECT_EQ(source.train->size(), 10U);
  EXPECT_EQ(source.class_names.at(3), "3");
}

TEST(Cifar, HundredClassesUseTheFineLabel) {
  const TemporaryFolder folder;
  write_bytes(folder / "cifar-100-binary/train.bin", record({19, 99}, 1) + record({1, 0}, 2));
  write_bytes(folder / "cifar-100-binary/test.bin", record({3, 42}, 3));
  const DataSource source = open_data(folder.path());
  EXPECT_EQ(source.format, "CIFAR-100");
  EXPECT_EQ(source.class_names.size(), 100U);
  EXPECT_EQ(source.train->label(0), 99);
  EXPECT_EQ(source.test->label(0), 42);
  EXPECT_EQ(source.test->get(0).image.pixels.at(0), 3);
}

TEST(Cifar, MissingBatchIsNamed) {
  const TemporaryFolder folder;
  write_cifar10(folder.path());
  std::filesystem::remove(folder / "data_batch_4.bin");
  EXPECT_EQ(
      open_message(folder),
      folder.path().string() + " has no data_batch_4.bin; all batches of CIFAR-10 are needed");
}

TEST(Cifar, WrongLengthIsQuoted) {
  const TemporaryFolder folder;
  write_cifar10(folder.path());
  write_bytes(folder / "data_batch_2.bin", record({1}, 1).substr(0, 3000));
  EXPECT_EQ(open_message(folder),
            (folder / "data_batch_2.bin").string() +
                " has 3000 bytes, a CIFAR-10 batch has a multiple of 3073: the file is truncated "
                "or of another kind");
}

TEST(Cifar, ABatchCutShortBetweenRecordsIsNamed) {
  const TemporaryFolder folder;
  write_cifar10(folder.path());
  write_bytes(folder / "data_batch_4.bin", record({1}, 1));
  EXPECT_EQ(open_message(folder),
            (folder / "data_batch_4.bin").string() +
                " has 1 images, data_batch_1.bin has 2; one of them is truncated");
}

TEST(Cifar, LabelOutOfRangeIsQuoted) {
  const TemporaryFolder folder;
  write_cifar10(folder.path());
  write_bytes(folder / "test_batch.bin", record({3}, 1) + record({10}, 1));
  EXPECT_EQ(open_message(folder),
            (folder / "test_batch.bin").string() + " has label 10 in record 1, must be < 10");
}

TEST(Cifar, WrongCountOfNamesIsQuoted) {
  const TemporaryFolder folder;
  write_cifar10(folder.path());
  write_bytes(folder / "batches.meta.txt", "cat\r\ndog\r\n");
  EXPECT_EQ(open_message(folder),
            (folder / "batches.meta.txt").string() + " has 2 class names, 10 needed");
}

}  // namespace
}  // namespace coppice

#include "supernet/data/dataset.hpp"

#include <gtest/gtest.h>

#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

const std::string kNeeded =
    "; needed: the four IDX files of the MNIST family, the binary batches of CIFAR-10 or "
    "CIFAR-100, or folders 'train' and 'val' with one folder of images a class";

std::string open_message(const std::filesystem::path& path) {
  return message_of([&] { (void)open_data(path); });
}

TEST(OpenData, MissingPathIsNamed) {
  EXPECT_EQ(open_message("/nowhere/data"), "data folder /nowhere/data does not exist");
}

TEST(OpenData, FileIsNoFolder) {
  EXPECT_EQ(open_message("/etc/passwd"), "/etc/passwd is a file; a folder with data is needed");
}

TEST(OpenData, EmptyFolderSaysWhatIsNeeded) {
  const TemporaryFolder folder;
  EXPECT_EQ(open_message(folder.path()), folder.path().string() + " is empty" + kNeeded);
}

TEST(OpenData, ForeignFolderSaysWhatItHolds) {
  const TemporaryFolder folder;
  for (const char* name : {"b.csv", "a.zip", "c", "d", "e", "f"}) write_bytes(folder / name, "x");
  EXPECT_EQ(open_message(folder.path()),
            folder.path().string() + " holds a.zip, b.csv, c, d, e, ..." + kNeeded);
}

TEST(OpenData, SeveralDataSetsInOneFolderAreNamed) {
  const TemporaryFolder folder;
  write_bytes(folder / "train-images-idx3-ubyte", "x");
  write_bytes(folder / "test_batch.bin", "x");
  EXPECT_EQ(open_message(folder.path()),
            folder.path().string() +
                " holds several data sets (IDX files and CIFAR batches); give a folder with one of "
                "them");
}

}  // namespace
}  // namespace coppice

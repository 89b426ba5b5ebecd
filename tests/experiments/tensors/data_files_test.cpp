#include "experiments/tensors/data_files.hpp"

#include <gtest/gtest.h>

#include "supernet/base/sha256.hpp"
#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

TEST(DataFiles, AFolderOfFilesIsEachOfThemSorted) {
  const TemporaryFolder folder;
  write_bytes(folder / "set/b", "two");
  write_bytes(folder / "set/a", "one");
  const auto files = describe_data(folder / "set/");
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].name, "set/a");
  EXPECT_EQ(files[0].sha256, sha256("one"));
  EXPECT_EQ(files[1].name, "set/b");
  EXPECT_EQ(files[1].bytes, 3U);
}

TEST(DataFiles, AFolderOfPicturesIsOneListingThatChangesWithEveryPicture) {
  const TemporaryFolder folder;
  write_bytes(folder / "set/train/dog/1.png", "one");
  write_bytes(folder / "set/train/cat/2.png", "three");
  const auto before = describe_data(folder / "set");
  ASSERT_EQ(before.size(), 1U);
  EXPECT_EQ(before[0].name, "set (sha256sum of its files)");
  EXPECT_EQ(before[0].bytes, 8U);
  EXPECT_EQ(
      before[0].sha256,
      sha256(sha256("three") + "  train/cat/2.png\n" + sha256("one") + "  train/dog/1.png\n"));
  write_bytes(folder / "set/train/dog/1.png", "two");  // as long as before
  EXPECT_NE(describe_data(folder / "set")[0].sha256, before[0].sha256);
}

TEST(DataFiles, AMissingFolderIsNamed) {
  const TemporaryFolder folder;
  const auto path = folder / "none";
  const std::string message = message_of([&] { return describe_data(path); });
  EXPECT_EQ(message.rfind("cannot read " + path.string() + ": ", 0), 0U) << message;
}

}  // namespace
}  // namespace coppice

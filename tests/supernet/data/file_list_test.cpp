#include "supernet/data/file_list.hpp"

#include <gtest/gtest.h>

#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

TEST(FileList, FilesAreFoundByNumber) {
  FileList files;
  files.add_folder("data/cat", {"a.jpg", "bb.jpg"});
  files.add_folder("data/empty", {});
  files.add_folder("data/dog", {"c.png"});
  files.finish();
  ASSERT_EQ(files.size(), 3U);
  EXPECT_EQ(files.path(0), "data/cat/a.jpg");
  EXPECT_EQ(files.path(1), "data/cat/bb.jpg");
  EXPECT_EQ(files.path(2), "data/dog/c.png");
  EXPECT_EQ(files.folder(0), 0U);
  EXPECT_EQ(files.folder(1), 0U);
  EXPECT_EQ(files.folder(2), 2U);
  EXPECT_EQ(message_of([&] { (void)files.path(3); }), "file 3 of a list, must be < 3 (its size)");
}

// ImageNet's training part: 1000 classes, names such as n01440764_10026.JPEG.
TEST(FileList, AMillionImagesTakeTheirNamesAndFourBytes) {
  constexpr std::size_t classes = 1000;
  constexpr std::size_t each = 1300;
  FileList files;
  std::size_t name_bytes = 0;
  for (std::size_t c = 0; c < classes; ++c) {
    const std::string folder = "n" + std::to_string(10'000'000 + c);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < each; ++i) {
      names.push_back(folder + "_" + std::to_string(10'000 + i) + ".JPEG");
      name_bytes += names.back().size();
    }
    files.add_folder("/datasets/imagenet/train/" + folder, names);
  }
  files.finish();
  const double bytes = static_cast<double>(files.bytes()) / static_cast<double>(files.size());
  RecordProperty("bytes_per_image", std::to_string(bytes));
  EXPECT_LT(bytes, static_cast<double>(name_bytes) / (classes * each) + 4.2);
  EXPECT_EQ(files.path(1'300'000 - 1), "/datasets/imagenet/train/n10000999/n10000999_11299.JPEG");
}

}  // namespace
}  // namespace coppice

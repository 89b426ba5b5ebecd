#include "experiments/replaceable.hpp"

#include <gtest/gtest.h>

#include "supernet/base/files.hpp"
#include "supernet/base/hdf5_file.hpp"
#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

void write_search(const std::filesystem::path& path) {
  Hdf5Writer file(path);
  file.attribute("/", "format", std::string("coppice-search"));
  file.write("/values", std::vector<double>(10'000, 1.0));
  file.publish();
}

std::string refusal(const std::filesystem::path& path, const FileKind& kind) {
  return message_of([&] { require_replaceable(path, kind); });
}

TEST(Replaceable, AFileOfTheKindMayBeReplacedAndAnotherMayNot) {
  const TemporaryFolder folder;
  const auto path = folder / "search.h5";
  EXPECT_NO_THROW(require_replaceable(path, kSearchFile));
  write_search(path);
  EXPECT_NO_THROW(require_replaceable(path, kSearchFile));
  EXPECT_EQ(refusal(path, kPredictorFile),
            "--out = " + path.string() +
                ", exists and is not a predictor; choose another name or remove it");
}

TEST(Replaceable, ASupernetThatWasTrainedIsKept) {
  const TemporaryFolder folder;
  const auto path = folder / "supernet.h5";
  const auto write = [&path](const std::string& source) {
    Hdf5Writer file(path);
    file.attribute("/", "source", source);
    file.publish();
  };
  write("imported from checkpoint.pth");
  EXPECT_NO_THROW(require_replaceable(path, kImportedSupernet));
  for (const char* trained : {"trained", "trained from supernet.h5"}) {
    write(trained);
    EXPECT_EQ(refusal(path, kImportedSupernet),
              "--out = " + path.string() +
                  ", exists and is not an imported supernet; choose another name or remove it");
  }
}

TEST(Replaceable, ADamagedFileIsCalledDamagedAndKept) {
  const TemporaryFolder folder;
  const auto path = folder / "search.h5";
  write_search(path);
  std::filesystem::resize_file(path, 2000);
  const std::string message = refusal(path, kSearchFile);
  EXPECT_EQ(message.find("--out = " + path.string() + ", exists and is damaged ("), 0U) << message;
  EXPECT_EQ(std::filesystem::file_size(path), 2000U);
}

TEST(Replaceable, AFileThatIsNoHdf5IsOfAnotherKindNotDamaged) {
  const TemporaryFolder folder;
  const auto path = folder / "notes.txt";
  write_text_file(path, "mine");
  EXPECT_NE(refusal(path, kSearchFile).find("exists and is not a search"), std::string::npos);
}

}  // namespace
}  // namespace coppice

#include "experiments/replaceable.hpp"

#include <gtest/gtest.h>

#include "supernet/base/files.hpp"
#include "supernet/base/hdf5_file.hpp"
#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

constexpr StoredFormat kSearch{"coppice-search", "search", 1};
constexpr StoredFormat kPredictor{"coppice-predictor", "predictor", 2};

void write_search(const std::filesystem::path& path, std::int64_t layout = kSearch.layout) {
  Hdf5Writer file(path);
  write_format(file, {kSearch.name, kSearch.described, layout});
  file.write("/values", std::vector<double>(10'000, 1.0));
  file.publish();
}

std::string refusal(const std::filesystem::path& path, const StoredFormat& format) {
  return message_of([&] { require_replaceable(path, format); });
}

TEST(Replaceable, AFileOfTheKindMayBeReplacedAndAnotherMayNot) {
  const TemporaryFolder folder;
  const auto path = folder / "search.h5";
  EXPECT_NO_THROW(require_replaceable(path, kSearch));
  write_search(path);
  EXPECT_NO_THROW(require_replaceable(path, kSearch));
  EXPECT_EQ(refusal(path, kPredictor),
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
  EXPECT_NO_THROW(require_imported_supernet_replaceable(path));
  for (const char* trained : {"trained", "trained from supernet.h5"}) {
    write(trained);
    EXPECT_EQ(message_of([&] { require_imported_supernet_replaceable(path); }),
              "--out = " + path.string() +
                  ", exists and is not an imported supernet; choose another name or remove it");
  }
}

TEST(Replaceable, OnlyANirFileMakesWayForOne) {
  const TemporaryFolder folder;
  const auto path = folder / "net.nir";
  EXPECT_NO_THROW(require_nir_replaceable(path));
  write_search(path);
  EXPECT_EQ(message_of([&] { require_nir_replaceable(path); }),
            "--out = " + path.string() +
                ", exists and is not a NIR file; choose another name or remove it");
  Hdf5Writer file(path);
  file.write("/version", std::vector<std::string>{"1.0"});
  file.write("/node/type", std::vector<std::string>{"NIRGraph"});
  file.publish();
  EXPECT_NO_THROW(require_nir_replaceable(path));
}

TEST(Replaceable, AFileOfANewerProgramIsKept) {
  const TemporaryFolder folder;
  const auto path = folder / "search.h5";
  write_search(path, 2);
  EXPECT_EQ(refusal(path, kSearch),
            "--out = " + path.string() + ", exists and cannot be replaced (" + path.string() +
                " was written by a newer Coppice (layout 2, this one reads up to 1); update the "
                "program); choose another name or remove it");
}

TEST(Replaceable, ADamagedFileIsCalledDamagedAndKept) {
  const TemporaryFolder folder;
  const auto path = folder / "search.h5";
  write_search(path);
  std::filesystem::resize_file(path, 2000);
  const std::string message = refusal(path, kSearch);
  EXPECT_EQ(message.find("--out = " + path.string() + ", exists and cannot be replaced ("), 0U)
      << message;
  EXPECT_NE(message.find("damaged"), std::string::npos) << message;
  EXPECT_EQ(std::filesystem::file_size(path), 2000U);
}

TEST(Replaceable, AFileThatIsNoHdf5IsOfAnotherKindNotDamaged) {
  const TemporaryFolder folder;
  const auto path = folder / "notes.txt";
  write_text_file(path, "mine");
  EXPECT_NE(refusal(path, kSearch).find("exists and is not a search"), std::string::npos);
}

}  // namespace
}  // namespace coppice

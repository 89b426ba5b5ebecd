#include "supernet/zip_archive.hpp"

#include <gtest/gtest.h>

#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/supernet/pickle_bytes.hpp"

namespace coppice {
namespace {

const std::string kLong(5000, 'x');

class Zip : public ::testing::Test {
 protected:
  void write(const std::string& bytes) const { write_bytes(path_, bytes); }
  [[nodiscard]] std::string open_message() const {
    return message_of([&] { const ZipArchive archive(path_); });
  }
  [[nodiscard]] std::string read_message(const std::string& name) const {
    return message_of([&] { (void)ZipArchive(path_).read(name); });
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "a.zip";
  std::string good_ = zip({{"b/one", "first"}, {"a", kLong, true}, {"empty", ""}});
};

TEST_F(Zip, StoredAndDeflatedEntriesComeBack) {
  write(good_);
  const ZipArchive archive(path_);
  EXPECT_EQ(archive.names(), (std::vector<std::string>{"a", "b/one", "empty"}));
  EXPECT_EQ(archive.read("b/one"), "first");
  EXPECT_EQ(archive.read("a"), kLong);
  EXPECT_EQ(archive.read("empty"), "");
  EXPECT_TRUE(archive.contains("a"));
  EXPECT_FALSE(archive.contains("one"));
}

TEST_F(Zip, OtherFilesAreRefused) {
  write("hello");
  EXPECT_EQ(open_message(), path_.string() + " is not a zip file");
  EXPECT_EQ(message_of([] { const ZipArchive archive("/nowhere/a.zip"); }),
            "cannot read /nowhere/a.zip: No such file or directory");
}

TEST_F(Zip, TruncationAnywhereIsFound) {
  for (std::size_t keep = 0; keep < good_.size(); ++keep) {
    write(good_.substr(0, keep));
    EXPECT_NE(open_message(), "no error") << keep;
  }
  write(good_.substr(0, good_.size() - 1));
  EXPECT_EQ(open_message(), path_.string() + " is truncated: the zip file has no end");
}

TEST_F(Zip, MissingEntryIsNamed) {
  write(good_);
  EXPECT_EQ(read_message("two"), path_.string() + " has no entry 'two'");
}

TEST_F(Zip, FlippedBitIsFound) {
  std::string bytes = good_;
  bytes[bytes.find("first")] = 'F';
  write(bytes);
  EXPECT_EQ(read_message("b/one"),
            "entry 'b/one' of " + path_.string() + " is damaged: its checksum is wrong");
}

TEST_F(Zip, DamagedDeflateDataAreFound) {
  std::string bytes = good_;
  const std::string packed = deflate_raw(kLong);
  bytes[bytes.find(packed)] = '\x07';  // a reserved kind of block
  write(bytes);
  EXPECT_EQ(read_message("a"),
            "entry 'a' of " + path_.string() + " is damaged: it cannot be unpacked");
}

TEST_F(Zip, UnsupportedKindsAreNamed) {
  std::string bytes = good_;
  const std::size_t record = bytes.find("PK\x01\x02");
  bytes[record + 10] = 12;
  write(bytes);
  EXPECT_EQ(read_message("b/one"),
            "entry 'b/one' of " + path_.string() +
                " is packed by method 12, must be 0 (stored) or 8 (deflated)");
  bytes[record + 8] = 1;
  write(bytes);
  EXPECT_EQ(read_message("b/one"), "entry 'b/one' of " + path_.string() + " is encrypted");
  bytes = good_;
  bytes.replace(bytes.size() - 6, 4, "\xff\xff\xff\xff");
  write(bytes);
  EXPECT_EQ(open_message(), path_.string() + " is a zip64 file, which is not supported");
  write(zip({{"a", "1"}, {"a", "2"}}));
  EXPECT_EQ(open_message(), path_.string() + " holds two entries named 'a'");
}

TEST_F(Zip, SizesBeyondTheFileAreRefused) {
  std::string bytes = good_;
  const std::size_t record = bytes.find("PK\x01\x02");
  bytes.replace(record + 20, 8, std::string(7, '\x7f') + '\x7f');
  write(bytes);
  EXPECT_EQ(read_message("b/one"),
            "entry 'b/one' of " + path_.string() + " reaches beyond the end of the file");
  bytes = good_;
  const std::size_t second = bytes.find("PK\x01\x02", record + 4);
  bytes.replace(second + 24, 4, "\xff\xff\xff\x7f");
  write(bytes);
  EXPECT_EQ(read_message("a"),
            "entry 'a' of " + path_.string() + " is damaged: its sizes disagree");
}

}  // namespace
}  // namespace coppice

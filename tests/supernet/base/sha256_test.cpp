#include "supernet/base/sha256.hpp"

#include <gtest/gtest.h>

#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

// The first three are the examples of FIPS 180-4, the last is their long message.
TEST(Sha256, AgreesWithTheStandardsExamples) {
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, FileHasTheHashOfItsBytes) {
  const TemporaryFolder folder;
  for (const std::size_t size : {0U, 1U, 65535U, 65536U, 65537U, 200000U}) {
    const std::string bytes(size, static_cast<char>(size));
    write_bytes(folder / "a", bytes);
    EXPECT_EQ(sha256_of_file(folder / "a"), sha256(bytes)) << size;
  }
}

TEST(Sha256, MissingFileAndFolderAreNamed) {
  const TemporaryFolder folder;
  const std::string path = folder.path().string();
  EXPECT_EQ(message_of([&] { return sha256_of_file(folder / "a"); }),
            "cannot read " + path + "/a: No such file or directory");
  EXPECT_EQ(message_of([&] { return sha256_of_file(folder.path()); }),
            path + " is a folder; a file is needed");
}

}  // namespace
}  // namespace coppice

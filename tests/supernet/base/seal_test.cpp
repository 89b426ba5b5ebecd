#include "supernet/base/seal.hpp"

#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

TEST(Seal, IsOneLineBehindTheContent) {
  EXPECT_EQ(sealed("abc"),
            "abc\ncoppice-sha256 "
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n");
}

TEST(Seal, EveryChangedByteIsFound) {
  const TemporaryFolder folder;
  const std::string content = sealed("some content");
  write_bytes(folder / "a", content);
  EXPECT_EQ(check_seal(folder / "a"), Seal::good);
  for (std::size_t i = 0; i < content.size(); ++i) {
    std::string changed = content;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    write_bytes(folder / "a", changed);
    EXPECT_NE(check_seal(folder / "a"), Seal::good) << i;
    write_bytes(folder / "a", content.substr(0, i));
    EXPECT_NE(check_seal(folder / "a"), Seal::good) << i;
  }
}

TEST(Seal, ContentWithoutOneIsTold) {
  const TemporaryFolder folder;
  write_bytes(folder / "a", "plain");
  EXPECT_EQ(check_seal(folder / "a"), Seal::none);
  EXPECT_EQ(message_of([] { static_cast<void>(check_seal("/nowhere/a")); }),
            "cannot read /nowhere/a: No such file or directory");
}

}  // namespace
}  // namespace coppice

#include "supernet/base/hdf5_file.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <cstring>
#include <thread>

#include "supernet/base/random.hpp"
#include "tests/supernet/base/temporary_folder.hpp"

// The library itself loses memory when it fails on a damaged file; a leak checker asks here, by a
// name that it has chosen.
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" const char* __lsan_default_suppressions() { return "leak:libhdf5"; }

namespace coppice {
namespace {

const std::vector<float> kFloats = {1.5F, -2.25F, 3e-30F, 4.0F, 5.0F, 6.0F};

const std::vector<std::string> kNames = {"", "tench", "Größe"};

void write_sample(const std::filesystem::path& path) {
  Hdf5Writer out(path);
  out.write("/weights/stem", kFloats, {2, 3});
  out.write("/bytes", std::vector<std::uint8_t>{0, 127, 255});
  out.write("/counts", std::vector<std::int64_t>{-1, std::int64_t{1} << 60});
  out.write("/doubles", std::vector<double>{0.1});
  out.write("/names", kNames);
  out.attribute("/", "version", std::int64_t{3});
  out.attribute("/weights", "title", std::string("ä title"));
  out.attribute("/weights/stem", "scale", 0.125);
  out.publish();
}

std::string open_message(const std::filesystem::path& path) {
  return message_of([&] { const Hdf5Reader in(path); });
}

std::size_t files_in(const TemporaryFolder& folder) {
  const auto first = std::filesystem::directory_iterator(folder.path());
  return static_cast<std::size_t>(std::distance(first, std::filesystem::directory_iterator()));
}

TEST(Hdf5File, EveryTypeComesBackUnchanged) {
  const TemporaryFolder folder;
  write_sample(folder / "a.h5");
  const Hdf5Reader in(folder / "a.h5");
  EXPECT_EQ(in.read<float>("/weights/stem"), kFloats);
  EXPECT_EQ(in.shape("/weights/stem"), (std::vector<std::size_t>{2, 3}));
  EXPECT_EQ(in.read<std::uint8_t>("/bytes"), (std::vector<std::uint8_t>{0, 127, 255}));
  EXPECT_EQ(in.read<std::int64_t>("/counts"), (std::vector<std::int64_t>{-1, 1LL << 60}));
  EXPECT_EQ(in.read<double>("/doubles"), std::vector<double>{0.1});
  EXPECT_EQ(in.read<std::string>("/names"), kNames);
  EXPECT_EQ(in.attribute<std::int64_t>("/", "version"), 3);
  EXPECT_EQ(in.attribute<std::string>("/weights", "title"), "ä title");
  EXPECT_EQ(in.attribute<double>("/weights/stem", "scale"), 0.125);
}

TEST(Hdf5File, PointerAndVectorWriteTheSame) {
  const TemporaryFolder folder;
  Hdf5Writer out(folder / "a.h5");
  out.write("/x", kFloats.data(), {3, 2});
  out.publish();
  const Hdf5Reader in(folder / "a.h5");
  EXPECT_EQ(in.read<float>("/x"), kFloats);
  EXPECT_EQ(in.shape("/x"), (std::vector<std::size_t>{3, 2}));
}

TEST(Hdf5File, EmptyDatasetsKeepTheirShape) {
  const TemporaryFolder folder;
  Hdf5Writer out(folder / "a.h5");
  out.write("/none", std::vector<double>{});
  out.write("/wide", std::vector<float>{}, {0, 7});
  out.write("/words", std::vector<std::string>{});
  out.publish();
  const Hdf5Reader in(folder / "a.h5");
  EXPECT_TRUE(in.read<double>("/none").empty());
  EXPECT_EQ(in.shape("/wide"), (std::vector<std::size_t>{0, 7}));
  EXPECT_TRUE(in.read<float>("/wide").empty());
  EXPECT_TRUE(in.read<std::string>("/words").empty());
}

TEST(Hdf5File, DatasetsLargerThanAChunkComeBackUnchanged) {
  const TemporaryFolder folder;
  std::vector<float> values(3 * 1024 * 1024 + 5);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
  Hdf5Writer out(folder / "a.h5");
  out.write("/large", values);
  out.publish();
  EXPECT_EQ(Hdf5Reader(folder / "a.h5").read<float>("/large"), values);
}

TEST(Hdf5File, NumbersConvertBetweenWidths) {
  const TemporaryFolder folder;
  write_sample(folder / "a.h5");
  const Hdf5Reader in(folder / "a.h5");
  EXPECT_EQ(in.read<double>("/bytes"), (std::vector<double>{0, 127, 255}));
}

TEST(Hdf5File, EqualContentGivesEqualBytes) {
  const TemporaryFolder folder;
  write_sample(folder / "a.h5");
  write_sample(folder / "b.h5");
  EXPECT_EQ(read_bytes(folder / "a.h5"), read_bytes(folder / "b.h5"));
}

// Two files of the same second would be equal even so. Byte 5 of an object's header (version 2)
// says what it holds; bit 5 of it, that there are times.
TEST(Hdf5File, NoObjectCarriesATime) {
  const TemporaryFolder folder;
  Hdf5Writer out(folder / "a.h5");
  out.write("/g/h/x", kFloats);
  out.group("/empty/i");
  out.publish();
  const std::string bytes = read_bytes(folder / "a.h5");
  std::size_t headers = 0;
  for (auto at = bytes.find("OHDR"); at != std::string::npos; at = bytes.find("OHDR", at + 4)) {
    EXPECT_EQ(bytes[at + 4], 2);
    EXPECT_EQ(bytes[at + 5] & 0x20, 0) << "header " << headers;
    ++headers;
  }
  EXPECT_EQ(headers, 6U);  // root, g, h, x, empty, i
}

TEST(Hdf5File, NamesAreSortedAndContainsKnowsParents) {
  const TemporaryFolder folder;
  Hdf5Writer out(folder / "a.h5");
  for (const std::string name : {"/g/b", "/g/c", "/g/a/deep"}) {
    out.write(name, std::vector<double>{1});
  }
  out.group("/g/z/empty");
  out.group("/g/z");
  out.publish();
  const Hdf5Reader in(folder / "a.h5");
  EXPECT_EQ(in.names("/"), std::vector<std::string>{"g"});
  EXPECT_EQ(in.names("/g"), (std::vector<std::string>{"a", "b", "c", "z"}));
  EXPECT_TRUE(in.contains("/"));
  EXPECT_TRUE(in.contains("/g/a/deep"));
  EXPECT_TRUE(in.contains("/g/z/empty"));
  EXPECT_FALSE(in.contains("/g/x/deep"));
  EXPECT_FALSE(in.contains("/g/b/deep"));
  EXPECT_FALSE(in.contains("relative"));
  EXPECT_TRUE(in.names("/g/z/empty").empty());
  EXPECT_FALSE(in.has_attribute("/g", "title"));
  EXPECT_FALSE(in.has_attribute("/nowhere", "title"));
}

TEST(Hdf5File, UnpublishedFilesLeaveNothingBehind) {
  const TemporaryFolder folder;
  write_bytes(folder / "a.h5", "old");
  {
    Hdf5Writer out(folder / "a.h5");
    out.write("/x", kFloats);
  }
  EXPECT_EQ(read_bytes(folder / "a.h5"), "old");
  EXPECT_EQ(files_in(folder), 1U);
}

TEST(Hdf5File, PublishingLeavesOneFile) {
  const TemporaryFolder folder;
  write_sample(folder / "a.h5");
  EXPECT_EQ(files_in(folder), 1U);
}

TEST(Hdf5File, FullDiskKeepsTheOldFileAndNamesIt) {
  const TemporaryFolder folder;
  write_sample(folder / "a.h5");
  const std::string before = read_bytes(folder / "a.h5");
  rlimit usual{};
  getrlimit(RLIMIT_FSIZE, &usual);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{65536, usual.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  std::string message;
  {
    Hdf5Writer out(folder / "a.h5");
    out.write("/large", std::vector<double>(100000));
    message = message_of([&] { out.publish(); });
  }
  setrlimit(RLIMIT_FSIZE, &usual);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(message, "cannot write " + (folder / "a.h5").string() + ": File too large");
  EXPECT_EQ(read_bytes(folder / "a.h5"), before);
  EXPECT_EQ(files_in(folder), 1U);
}

TEST(Hdf5File, UnwritableFolderIsNamedAtOnce) {
  EXPECT_EQ(message_of([] { const Hdf5Writer out("/proc/x/a.h5"); }),
            "cannot write /proc/x/a.h5: No such file or directory");
}

TEST(Hdf5File, MissingFileIsNamed) {
  EXPECT_EQ(open_message("/nowhere/a.h5"), "cannot read /nowhere/a.h5: No such file or directory");
}

TEST(Hdf5File, FolderIsNoFile) {
  EXPECT_EQ(open_message("/tmp"), "/tmp is a folder; an HDF5 file is needed");
}

TEST(Hdf5File, ForeignFileIsRefused) {
  const TemporaryFolder folder;
  write_bytes(folder / "a.h5", "arch,accuracy\n");
  EXPECT_EQ(open_message(folder / "a.h5"), (folder / "a.h5").string() + " is not an HDF5 file");
  write_bytes(folder / "empty.h5", "");
  EXPECT_EQ(open_message(folder / "empty.h5"),
            (folder / "empty.h5").string() + " is not an HDF5 file");
}

TEST(Hdf5File, TruncatedFileIsRefusedAtOnce) {
  const TemporaryFolder folder;
  write_sample(folder / "a.h5");
  std::filesystem::resize_file(folder / "a.h5", std::filesystem::file_size(folder / "a.h5") / 2);
  const std::string expected =
      "cannot read " + (folder / "a.h5").string() + ": the file is truncated or damaged (";
  EXPECT_EQ(open_message(folder / "a.h5").substr(0, expected.size()), expected);
}

TEST(Hdf5File, FlippedBitInADatasetIsFound) {
  const TemporaryFolder folder;
  write_sample(folder / "a.h5");
  std::string bytes = read_bytes(folder / "a.h5");
  std::string needle(sizeof(float) * kFloats.size(), '\0');
  std::memcpy(needle.data(), kFloats.data(), needle.size());
  const std::size_t at = bytes.find(needle);
  ASSERT_NE(at, std::string::npos);
  bytes[at + 5] = static_cast<char>(bytes[at + 5] ^ 0x10);
  write_bytes(folder / "a.h5", bytes);
  const Hdf5Reader in(folder / "a.h5");
  EXPECT_EQ(message_of([&] { (void)in.read<float>("/weights/stem"); }),
            "cannot read '/weights/stem' in " + (folder / "a.h5").string() +
                ": data error detected by Fletcher32 checksum");
}

TEST(Hdf5File, ADamagedAttributeIsNeverTakenForAMissingOne) {
  const TemporaryFolder folder;
  const std::string path = (folder / "a.h5").string();
  Hdf5Writer out(path);
  const auto name = [](int i) { return "attribute" + std::to_string(i); };
  // So many attributes lie in a heap of their own, which opening the file does not read.
  for (int i = 0; i < 12; ++i) out.attribute("/", name(i), std::string(20, 'x'));
  out.publish();
  const std::string bytes = read_bytes(path);
  int named = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    write_bytes(path, damaged);
    const std::string message = message_of([&] {
      const Hdf5Reader in(path);
      EXPECT_TRUE(in.has_attribute("/", name(7))) << "byte " << at;
    });
    named += message.find("cannot read '/@attribute7' in " + path + ": ") == 0 ? 1 : 0;
  }
  EXPECT_GT(named, 100);
}

TEST(Hdf5File, MissingObjectsAreNamed) {
  const TemporaryFolder folder;
  write_sample(folder / "a.h5");
  const Hdf5Reader in(folder / "a.h5");
  const std::string path = (folder / "a.h5").string();
  EXPECT_EQ(message_of([&] { (void)in.read<float>("/weights/head"); }),
            path + " has no dataset '/weights/head'");
  EXPECT_EQ(message_of([&] { (void)in.names("/head"); }), path + " has no group '/head'");
  EXPECT_EQ(message_of([&] { (void)in.attribute<double>("/weights", "scale"); }),
            path + " has no attribute '/weights@scale'");
}

TEST(Hdf5File, TextAndNumbersAreNotMixed) {
  const TemporaryFolder folder;
  write_sample(folder / "a.h5");
  const Hdf5Reader in(folder / "a.h5");
  const std::string path = (folder / "a.h5").string();
  EXPECT_EQ(message_of([&] { (void)in.read<float>("/names"); }),
            "'/names' in " + path + " holds text, numbers needed");
  EXPECT_EQ(message_of([&] { (void)in.read<std::string>("/bytes"); }),
            "'/bytes' in " + path + " holds numbers, text needed");
  EXPECT_EQ(message_of([&] { (void)in.attribute<double>("/weights", "title"); }),
            "'/weights@title' in " + path + " holds text, numbers needed");
}

TEST(Hdf5File, WrongCallsSayWhatIsWrong) {
  const TemporaryFolder folder;
  const std::string path = (folder / "a.h5").string();
  Hdf5Writer out(path);
  EXPECT_EQ(message_of([&] {
              out.write("/x", kFloats, {4, 2});
            }),
            "cannot write '/x' in " + path + ": its shape has 8 values, 6 given");
  EXPECT_EQ(message_of([&] { out.write("x", kFloats); }),
            "cannot write 'x' in " + path +
                ": an object's name starts with '/' and does not end with it");
  EXPECT_EQ(message_of([&] {
              out.write("/t", std::vector<std::string>{{"a\0b", 3}});
            }),
            "cannot write '/t' in " + path + ": the text contains a zero byte");
  EXPECT_EQ(message_of([&] { out.attribute("/y", "a", 1.0); }), path + " has no object '/y'");
  out.write("/x", kFloats);
  EXPECT_EQ(message_of([&] { out.write("/x", kFloats); }),
            "cannot write '/x' in " + path + ": name already exists");
  out.publish();
  EXPECT_EQ(message_of([&] { out.write("/z", kFloats); }),
            "cannot write '/z' in " + path + ": it is already published");
}

TEST(Hdf5File, RandomDamageIsFoundOrHarmless) {
  const TemporaryFolder folder;
  write_sample(folder / "a.h5");
  const std::string bytes = read_bytes(folder / "a.h5");
  Random random(7);
  for (int round = 0; round < 300; ++round) {
    std::string damaged = bytes;
    for (int flip = 0; flip < 3; ++flip) {
      damaged[random.below(damaged.size())] = static_cast<char>(random.below(256));
    }
    write_bytes(folder / "b.h5", damaged);
    const std::string message = message_of([&] {
      const Hdf5Reader in(folder / "b.h5");
      EXPECT_EQ(in.read<float>("/weights/stem"), kFloats) << "round " << round;
      EXPECT_EQ(in.read<std::string>("/names"), kNames) << "round " << round;
      EXPECT_EQ(in.attribute<std::string>("/weights", "title"), "ä title") << "round " << round;
    });
    EXPECT_FALSE(message.empty());
  }
}

TEST(Hdf5File, LongTextAttributesComeBackUnchanged) {
  const TemporaryFolder folder;
  const std::string text(300000, 'x');
  Hdf5Writer out(folder / "a.h5");
  out.attribute("/", "options", text);
  out.attribute("/", "nothing", std::string());
  out.publish();
  EXPECT_EQ(Hdf5Reader(folder / "a.h5").attribute<std::string>("/", "options"), text);
  EXPECT_EQ(Hdf5Reader(folder / "a.h5").attribute<std::string>("/", "nothing"), "");
}

TEST(Hdf5File, FailuresPrintNothingOnAnyThread) {
  ::testing::internal::CaptureStderr();
  std::thread([] {
    EXPECT_NE(open_message("/dev/null"), "no error");
    EXPECT_NE(open_message("/nowhere/a.h5"), "no error");
  }).join();
  const TemporaryFolder folder;
  write_sample(folder / "a.h5");
  EXPECT_NE(message_of([&] { (void)Hdf5Reader(folder / "a.h5").read<float>("/no"); }), "no error");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(Hdf5File, SingleValuesAndTextOfVariableLengthComeBack) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "a.h5";
  Hdf5Writer out(path);
  out.pack_numbers();
  out.scalar("/type", std::string("Größe"));
  out.scalar("/groups", std::int64_t{-3});
  out.scalar("/dt", 0.5);
  out.variable_text("/edges", {"a", "", "long name", "b"}, {2, 2});
  out.write("/zeros", std::vector<float>(100'000));
  out.publish();
  EXPECT_LT(std::filesystem::file_size(path), 50'000U);
  const Hdf5Reader in(path);
  EXPECT_EQ(in.read<std::string>("/type"), std::vector<std::string>{"Größe"});
  EXPECT_TRUE(in.shape("/groups").empty());
  EXPECT_EQ(in.read<std::int64_t>("/groups"), std::vector<std::int64_t>{-3});
  EXPECT_EQ(in.read<double>("/dt"), std::vector<double>{0.5});
  EXPECT_EQ(in.shape("/edges"), (std::vector<std::size_t>{2, 2}));
  EXPECT_EQ(in.read<std::string>("/edges"), (std::vector<std::string>{"a", "", "long name", "b"}));
  EXPECT_EQ(in.read<float>("/zeros"), std::vector<float>(100'000));
}

TEST(Hdf5File, TextThatDoesNotFitItsShapeIsRefused) {
  const TemporaryFolder folder;
  Hdf5Writer out(folder.path() / "a.h5");
  EXPECT_EQ(message_of([&] {
              out.variable_text("/edges", {"a"}, {1, 2});
            }),
            "cannot write '/edges' in " + (folder.path() / "a.h5").string() +
                ": its shape has 2 values, 1 given");
}

}  // namespace
}  // namespace coppice

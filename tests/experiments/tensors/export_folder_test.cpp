#include "experiments/tensors/export_folder.hpp"

#include "experiments/tensors/scratch_folder.hpp"
#include "export/model_card.hpp"
#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

namespace fs = std::filesystem;

// A finished export of the files, each holding `content`.
void write_export(const fs::path& folder,
                  const std::vector<std::string>& files,
                  const std::string& content) {
  ModelCard card;
  card.architecture = "{}";
  for (const std::string& file : files) {
    write_bytes(folder / file, content);
    card.files.push_back(describe_file(folder / file));
  }
  write_model_card(card, folder);
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) names.push_back(fs::relative(entry.path(), folder).string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

TEST(ExportFolder, FewerNetworksReplaceMore) {
  const TemporaryFolder folder;
  const fs::path out = folder / "out";
  for (const char* id : {"1", "2", "3"}) write_export(out / id, {"model.onnx"}, "old");
  write_bytes(out / "3" / "notes.txt", "the user's own");
  write_export(folder / "new" / "1", {"model.pt"}, "new");
  replace_exports(folder / "new", out);
  EXPECT_EQ(names_in(out),
            (std::vector<std::string>{"1/card.json", "1/card.md", "1/model.pt", "3/notes.txt"}));
  EXPECT_FALSE(fs::exists(out / "2"));
}

TEST(ExportFolder, OneNetworkReplacesSeveralAndTheOtherWayRound) {
  const TemporaryFolder folder;
  const fs::path out = folder / "out";
  for (const char* id : {"1", "2"}) write_export(out / id, {"model.onnx"}, "old");
  write_export(folder / "one", {"model.onnx"}, "new");
  replace_exports(folder / "one", out);
  EXPECT_EQ(names_in(out), (std::vector<std::string>{"card.json", "card.md", "model.onnx"}));
  for (const char* id : {"1", "2"}) write_export(folder / "two" / id, {"model.onnx"}, "newer");
  replace_exports(folder / "two", out);
  EXPECT_EQ(names_in(out).size(), 6U);
  EXPECT_FALSE(fs::exists(out / "card.json"));
}

TEST(ExportFolder, FilesOfSomebodyElseAreNotReplaced) {
  const TemporaryFolder folder;
  const auto refusal = [](const fs::path& out) {
    return message_of([&out] { require_exports_replaceable(out); });
  };
  write_export(folder / "ours" / "1", {"model.onnx"}, "old");
  write_bytes(folder / "ours" / "notes.txt", "the user's own");
  EXPECT_EQ(refusal(folder / "ours"), "no error");
  EXPECT_EQ(refusal(folder / "none"), "no error");
  const std::string theirs = (folder / "theirs").string();
  write_bytes(folder / "theirs" / "7" / "model.pt", "a year of work");
  EXPECT_EQ(refusal(folder / "theirs"),
            "--out = " + theirs + ": " + theirs +
                "/7/model.pt is there without the card.json of an export; move it away or choose "
                "another folder");
  EXPECT_EQ(refusal(folder / "theirs" / "7" / "model.pt"),
            "--out = " + theirs + "/7/model.pt, is a file; a folder is needed");
}

TEST(ExportFolder, DamagedCardIsReplacedAndOtherFoldersStay) {
  const TemporaryFolder folder;
  const fs::path out = folder / "out";
  write_bytes(out / "1" / "card.json", "{");
  write_bytes(out / "1" / "model.onnx", "unlisted");
  write_export(out / "mine", {"model.onnx"}, "named by the user");
  write_export(folder / "new" / "1", {"model.pt"}, "new");
  replace_exports(folder / "new", out);
  EXPECT_EQ(names_in(out),
            (std::vector<std::string>{"1/card.json",
                                      "1/card.md",
                                      "1/model.onnx",
                                      "1/model.pt",
                                      "mine/card.json",
                                      "mine/card.md",
                                      "mine/model.onnx"}));
}

TEST(ExportFolder, AFileThatIsNoCardVouchesForNoModel) {
  const TemporaryFolder folder;
  const fs::path out = folder / "out";
  write_bytes(out / "card.json", "hi");
  EXPECT_NO_THROW(require_exports_replaceable(out));
  write_bytes(out / "model.onnx", "mine");
  EXPECT_EQ(message_of([&] { require_exports_replaceable(out); }),
            "--out = " + out.string() + ": " + (out / "model.onnx").string() +
                " is there without the card.json of an export; move it away or choose another "
                "folder");
  write_bytes(out / "reference.h5", "what a killed export left");
  EXPECT_NO_THROW(require_exports_replaceable(out));
}

TEST(ExportFolder, AModelThatTheCardDoesNotListIsSomeoneElses) {
  const TemporaryFolder folder;
  const fs::path out = folder / "out";
  write_export(out, {"model.onnx"}, "old");
  EXPECT_NO_THROW(require_exports_replaceable(out));
  write_bytes(out / "mine.onnx", "mine");
  EXPECT_EQ(message_of([&] { require_exports_replaceable(out); }),
            "--out = " + out.string() + ": " + (out / "mine.onnx").string() +
                " is there, and the card.json beside it does not list it; move it away or choose "
                "another folder");
}

// Even if it looks like one.
TEST(ExportFolder, WhatAForeignCardListsIsNotRemoved) {
  const TemporaryFolder folder;
  const fs::path out = folder / "out";
  write_bytes(out / "card.json",
              R"({"card_version":1,"files":[{"name":"notes.txt","bytes":1,"sha256":"x"}]})");
  write_bytes(out / "notes.txt", "mine");
  write_export(folder / "new", {"model.pt"}, "new");
  replace_exports(folder / "new", out);
  EXPECT_TRUE(fs::exists(out / "notes.txt"));
}

TEST(ExportFolder, TheFolderOfARunIsNoPlaceForExports) {
  const TemporaryFolder folder;
  write_bytes(folder / "run" / "supernet.h5", "weights");
  EXPECT_EQ(message_of([&] { require_exports_replaceable(folder / "run"); }),
            "--out = " + (folder / "run").string() +
                ", is the folder of a run; choose a folder of its own, such as " +
                (folder / "run" / "exports").string());
}

TEST(ScratchFolder, TwoAtOnceAreTwo) {
  const TemporaryFolder folder;
  const ScratchFolder one(folder.path());
  {
    const ScratchFolder other(folder.path());
    EXPECT_NE(one.path(), other.path());
  }
  EXPECT_TRUE(fs::exists(one.path()));
}

TEST(ScratchFolder, LeavesNothingBehind) {
  const TemporaryFolder folder;
  {
    const ScratchFolder scratch(folder / "new");
    write_bytes(scratch.path() / "part", "half");
  }
  EXPECT_FALSE(fs::exists(folder / "new"));
  write_bytes(folder / "old" / "kept", "x");
  { const ScratchFolder scratch(folder / "old"); }
  EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"old/kept"});
}

}  // namespace
}  // namespace coppice

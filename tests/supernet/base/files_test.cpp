#include "supernet/base/files.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>
#include <memory>

#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

/// The number of files this process holds open.
std::size_t open_descriptors() {
  const auto first = std::filesystem::directory_iterator("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(first, std::filesystem::directory_iterator()));
}

/// Runs `body` in a process of its own and returns its exit status.
template <class Body>
int in_another_process(const Body& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Files, TextComesBackUnchanged) {
  const TemporaryFolder folder;
  const std::string content("a\0b\r\n\xff", 6);
  write_text_file(folder / "a", content);
  EXPECT_EQ(read_text_file(folder / "a"), content);
  write_text_file(folder / "a", "");
  EXPECT_EQ(read_text_file(folder / "a"), "");
}

TEST(Files, UnreadableFilesAreNamed) {
  EXPECT_EQ(message_of([] { (void)read_text_file("/nowhere/a"); }),
            "cannot read /nowhere/a: No such file or directory");
  EXPECT_EQ(message_of([] { (void)read_text_file("/tmp"); }), "/tmp is a folder; a file is needed");
}

TEST(Files, UnwritableFilesAreNamed) {
  EXPECT_EQ(message_of([] { write_text_file("/nowhere/a", "x"); }),
            "cannot write /nowhere/a: No such file or directory");
  EXPECT_EQ(message_of([] { make_folder("/proc/x"); }),
            "cannot create the folder /proc/x: No such file or directory");
}

TEST(Files, ThePreviousContentIsKept) {
  const TemporaryFolder folder;
  const auto write = [&](const char* content) {
    write_keeping_previous(folder / "a", folder / "b", content);
  };
  write("1");
  EXPECT_FALSE(std::filesystem::exists(folder / "b"));
  write("2");
  write("3");
  EXPECT_EQ(read_text_file(folder / "a"), "3");
  EXPECT_EQ(read_text_file(folder / "b"), "2");
  // A crash between keeping and replacing leaves two names of one file.
  std::filesystem::remove(folder / "b");
  std::filesystem::create_hard_link(folder / "a", folder / "b");
  write("4");
  EXPECT_EQ(read_text_file(folder / "a"), "4");
  EXPECT_EQ(read_text_file(folder / "b"), "3");
  const auto files = std::filesystem::directory_iterator(folder.path());
  EXPECT_EQ(std::distance(files, std::filesystem::directory_iterator()), 2);
}

TEST(FolderLock, RemovesWhatDeadWritersLeft) {
  const TemporaryFolder folder;
  // No process has the highest number that is possible.
  write_bytes(folder / "supernet.h5.tmp-4194304", "half");
  write_bytes(folder / ("mine.tmp-" + std::to_string(::getpid())), "half");
  write_bytes(folder / "notes.tmp", "whole");
  const FolderLock lock(folder.path());
  EXPECT_FALSE(std::filesystem::exists(folder / "supernet.h5.tmp-4194304"));
  EXPECT_TRUE(std::filesystem::exists(folder / ("mine.tmp-" + std::to_string(::getpid()))));
  EXPECT_TRUE(std::filesystem::exists(folder / "notes.tmp"));
}

TEST(Files, FailedWriteKeepsTheOldFileAndNothingElse) {
  const TemporaryFolder folder;
  write_text_file(folder / "a", "old");
  rlimit usual{};
  getrlimit(RLIMIT_FSIZE, &usual);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1000, usual.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const std::string message =
      message_of([&] { write_text_file(folder / "a", std::string(100000, 'x')); });
  setrlimit(RLIMIT_FSIZE, &usual);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(message, "cannot write " + (folder / "a").string() + ": File too large");
  EXPECT_EQ(read_text_file(folder / "a"), "old");
  EXPECT_FALSE(std::filesystem::exists(temporary_beside(folder / "a")));
}

TEST(Files, NothingButFilesIsReplaced) {
  const TemporaryFolder folder;
  make_folder(folder / "a");
  const std::string as_folder =
      "cannot write " + (folder / "a").string() + ": it is a folder; choose another name";
  EXPECT_EQ(message_of([&] { write_text_file(folder / "a", "x"); }), as_folder);
  EXPECT_FALSE(std::filesystem::exists(temporary_beside(folder / "a")));
  write_bytes(folder / "ready", "x");
  EXPECT_EQ(message_of([&] { publish_file(folder / "ready", folder / "a"); }), as_folder);
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  const std::string as_pipe = "cannot write " + (folder / "pipe").string() +
                              ": it is not a regular file; choose another name";
  EXPECT_EQ(message_of([&] { write_text_file(folder / "pipe", "x"); }), as_pipe);
  EXPECT_EQ(message_of([&] { publish_file(folder / "ready", folder / "pipe"); }), as_pipe);
  EXPECT_TRUE(std::filesystem::is_fifo(folder / "pipe"));
}

TEST(Files, TemporaryNamesCarryTheProcess) {
  EXPECT_EQ(temporary_beside("x/a.h5"), "x/a.h5.tmp-" + std::to_string(::getpid()));
}

TEST(FolderLock, SecondProcessIsToldWhoHoldsTheFolder) {
  const TemporaryFolder folder;
  const FolderLock lock(folder / "run");
  const std::string expected = (folder / "run").string() + " is being written by process " +
                               std::to_string(::getpid()) +
                               "; wait for it to end, or use another folder";
  EXPECT_EQ(in_another_process([&] {
              return message_of([&] { const FolderLock second(folder / "run"); }) == expected ? 0
                                                                                              : 1;
            }),
            0);
}

TEST(FolderLock, DestructorReleasesTheFolder) {
  const TemporaryFolder folder;
  { const FolderLock lock(folder.path()); }
  EXPECT_EQ(message_of([&] { const FolderLock again(folder.path()); }), "no error");
}

TEST(FolderLock, DeathOfTheHolderReleasesTheFolder) {
  const TemporaryFolder folder;
  EXPECT_EQ(in_another_process([&] {
              // Never destroyed: _exit ends the process as a crash would.
              auto lock = std::make_unique<FolderLock>(folder.path());
              (void)lock.release();
              return 7;
            }),
            7);
  EXPECT_EQ(message_of([&] { const FolderLock lock(folder.path()); }), "no error");
}

TEST(FolderLock, RefusalKeepsNoFileOpen) {
  const TemporaryFolder folder;
  const FolderLock lock(folder.path());
  const std::size_t before = open_descriptors();
  EXPECT_NE(message_of([&] { const FolderLock second(folder.path()); }), "no error");
  EXPECT_EQ(open_descriptors(), before);
}

TEST(FolderLock, UnwritableFolderIsNamed) {
  EXPECT_EQ(message_of([] { const FolderLock lock("/proc"); }),
            "cannot write in /proc: No such file or directory");
}

}  // namespace
}  // namespace coppice

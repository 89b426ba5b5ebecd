#include "experiments/run_folder.hpp"

#include <gtest/gtest.h>

#include "supernet/base/files.hpp"
#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

class RunFolder : public testing::Test {
 protected:
  RunFolder() { write_text_file(run / kRunOptionsFile, "[train]\n"); }

  // Of another writer of the run, while `lock` lives.
  [[nodiscard]] bool is_locked() const {
    return message_of([this] { const FolderLock second(run); }) != "no error";
  }

  const TemporaryFolder folder;
  const std::filesystem::path run = folder.path();
};

TEST_F(RunFolder, WhoeverWritesAFileIntoARunHoldsItsLock) {
  for (const char* name : {"search.h5", "predictors/accuracy.h5", "predictors/../search.h5"}) {
    const auto lock = lock_run_around(run / name);
    EXPECT_TRUE(lock) << name;
    EXPECT_TRUE(is_locked()) << name;
  }
  EXPECT_FALSE(is_locked());
}

TEST_F(RunFolder, AFolderThatIsNoRunHasNoLock) {
  const TemporaryFolder other;
  EXPECT_FALSE(lock_run_around(other / "search.h5"));
  EXPECT_FALSE(lock_run_around(""));
}

TEST_F(RunFolder, ARunThatIsLockedAlreadyIsNotLockedTwice) {
  const FolderLock lock(run);
  EXPECT_FALSE(lock_run_around(run / "search.h5", run));
}

}  // namespace
}  // namespace coppice

// The built program, killed at random moments: training goes on to the same bytes.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "supernet/base/random.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/child_program.hpp"
#include "tests/support/idx_files.hpp"
#include "tests/support/tiny_space.hpp"

namespace coppice {
namespace {

class NeverLost : public testing::Test {
 protected:
  void SetUp() override {
    write_bytes(folder_ / "tiny.ini", kTinySpace);
    write_idx_folder(folder_ / "data", 320, 40);
  }

  /// Starts a training of a few seconds that saves its state at nearly every step.
  [[nodiscard]] pid_t start(const std::string& out, bool resume) const {
    std::vector<std::string> words{
        COPPICE_PROGRAM, "train", "--space", (folder_ / "tiny.ini").string()};
    for (const char* word : {"--threads=1",
                             "--batch=16",
                             "--held-out=32",
                             "--calibration=32",
                             "--checkpoint-minutes=0.001",
                             "--full.epochs=2",
                             "--full.warmup-epochs=0",
                             "--kernel.epochs=1",
                             "--kernel.warmup-epochs=0",
                             "--depth1.epochs=0",
                             "--depth2.epochs=1",
                             "--depth2.warmup-epochs=0",
                             "--expand1.epochs=0",
                             "--expand2.epochs=1",
                             "--expand2.warmup-epochs=0",
                             "--expand2.subnets=2"}) {
      words.emplace_back(word);
    }
    words.push_back("--data=" + (folder_ / "data").string());
    words.push_back("--out=" + (folder_ / out).string());
    if (resume) words.emplace_back("--resume");
    const auto log = folder_ / (out + ".err");
    return start_program({words, {}, log, log});
  }

  [[nodiscard]] std::string errors(const std::string& out) const {
    return read_bytes(folder_ / (out + ".err"));
  }

  void finish(const std::string& out, bool resume) const {
    int status = 0;
    ::waitpid(start(out, resume), &status, 0);
    ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << errors(out);
  }

  [[nodiscard]] std::string state(const std::string& out) const {
    return read_bytes(folder_ / out / "supernet.h5");
  }

  /// Kills one training at each of `points` moments, lets it finish and compares.
  void kill_and_compare(int points, std::uint64_t seed) const {
    const auto begin = std::chrono::steady_clock::now();
    finish("whole", false);
    const std::chrono::duration<double> whole = std::chrono::steady_clock::now() - begin;
    Random random(seed);
    for (int point = 0; point < points; ++point) {
      const std::string out = "killed" + std::to_string(point);
      const double delay = random.uniform() * whole.count();
      const pid_t child = start(out, true);
      std::this_thread::sleep_for(std::chrono::duration<double>(delay));
      ::kill(child, SIGKILL);
      ::waitpid(child, nullptr, 0);
      finish(out, true);
      EXPECT_EQ(state("whole"), state(out))
          << "killed after " << delay << " of " << whole.count() << " s, seed " << seed;
      for (const auto& entry : std::filesystem::directory_iterator(folder_ / out)) {
        EXPECT_EQ(entry.path().string().find(".tmp-"), std::string::npos) << entry.path();
      }
    }
  }

  const TemporaryFolder folder_;
};

TEST_F(NeverLost, KilledTrainingsEndWithTheSameBytes) { kill_and_compare(2, 1); }

TEST_F(NeverLost, SlowKilledAtTwentyPointsTrainingsEndWithTheSameBytes) { kill_and_compare(20, 2); }

TEST_F(NeverLost, ADamagedCheckpointCostsTheWorkSinceTheOneBefore) {
  finish("whole", false);
  finish("damaged", false);
  const auto path = folder_ / "damaged" / "supernet.h5";
  std::string bytes = read_bytes(path);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  write_bytes(path, bytes);
  finish("damaged", true);
  EXPECT_NE(errors("damaged").find("coppice: warning: " + path.string() +
                                   " is damaged: its checksum is wrong or missing; going on from " +
                                   (folder_ / "damaged" / "supernet.previous.h5").string()),
            std::string::npos)
      << errors("damaged");
  EXPECT_EQ(state("whole"), state("damaged"));
}

}  // namespace
}  // namespace coppice

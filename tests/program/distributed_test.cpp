// The built program in several processes: one result, one voice, one end.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/child_program.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/idx_files.hpp"
#include "tests/support/tiny_space.hpp"

namespace coppice {
namespace {

// Long enough for processes that share two busy processors with others.
constexpr double kPatience = 120;

class Distributed : public testing::Test {
 protected:
  void SetUp() override {
    write_bytes(folder_ / "tiny.ini", kTinySpace);
    write_idx_folder(folder_ / "data", 320, 40);
  }

  using Words = std::vector<std::string>;

  /// A training of `epochs` in each of two phases that saves its state at nearly every step.
  [[nodiscard]] Words training(const std::string& out, int epochs, const Words& more = {}) const {
    const std::string number = std::to_string(epochs);
    Words words{COPPICE_PROGRAM,
                "train",
                "--space=" + (folder_ / "tiny.ini").string(),
                "--data=" + (folder_ / "data").string(),
                "--out=" + (folder_ / out).string(),
                "--full.epochs=" + number,
                "--expand2.epochs=" + number};
    for (const char* word : {"--threads=1",
                             "--batch=16",
                             "--held-out=32",
                             "--calibration=32",
                             "--checkpoint-minutes=0.001",
                             "--quiet",
                             "--full.warmup-epochs=0",
                             "--kernel.epochs=0",
                             "--depth1.epochs=0",
                             "--depth2.epochs=0",
                             "--expand1.epochs=0",
                             "--expand2.warmup-epochs=0",
                             "--expand2.subnets=2"}) {
      words.emplace_back(word);
    }
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  [[nodiscard]] std::filesystem::path text_of(int rank, const std::string& which) const {
    return folder_ / ("rank" + std::to_string(rank) + "." + which);
  }
  [[nodiscard]] std::string printed(int rank, const std::string& which) const {
    return read_bytes(text_of(rank, which));
  }

  [[nodiscard]] std::vector<pid_t> start(int size, const Words& words) const {
    std::vector<pid_t> children;
    const std::string port = std::to_string(free_port());
    for (int rank = 0; rank < size; ++rank) {
      ChildProgram program{words, {}, text_of(rank, "out"), text_of(rank, "err")};
      if (size > 1) {
        program.environment = {{"RANK", std::to_string(rank)},
                               {"WORLD_SIZE", std::to_string(size)},
                               {"MASTER_ADDR", "127.0.0.1"},
                               {"MASTER_PORT", port}};
      }
      children.push_back(start_program(program));
    }
    return children;
  }

  void finish(int size, const Words& words) const {
    const std::vector<pid_t> children = start(size, words);
    for (int rank = 0; rank < size; ++rank) {
      EXPECT_EQ(wait_for_end(children[static_cast<std::size_t>(rank)], kPatience), 0)
          << "rank " << rank << ": " << printed(rank, "err");
    }
  }

  [[nodiscard]] int saved(const std::string& out) const {
    const auto log = folder_ / out / "log.jsonl";
    if (!std::filesystem::exists(log)) return 0;
    std::istringstream lines(read_bytes(log));
    int count = 0;
    for (std::string line; std::getline(lines, line);) {
      count += line.find("\"checkpoint\"") != std::string::npos ? 1 : 0;
    }
    return count;
  }

  /// Until the training has saved its state so often.
  void wait_for_checkpoints(const std::string& out, int count) const {
    for (int i = 0; saved(out) < count; ++i) {
      ASSERT_LT(i, 50 * kPatience) << printed(0, "err");
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  [[nodiscard]] std::string state(const std::string& out) const {
    return read_bytes(folder_ / out / "supernet.h5");
  }

  /// Kills one of the ranks in the middle of its training; every other one has to end within ten
  /// seconds, with one line that names it.
  void kill_one(int size, int victim, const std::string& out, const Words& words) const {
    const std::vector<pid_t> children = start(size, words);
    wait_for_checkpoints(out, 4);
    const pid_t killed = children[static_cast<std::size_t>(victim)];
    ::kill(killed, SIGKILL);
    const auto begin = std::chrono::steady_clock::now();
    for (int rank = 0; rank < size; ++rank) {
      const int code = wait_for_end(children[static_cast<std::size_t>(rank)], 15);
      EXPECT_EQ(code, rank == victim ? -SIGKILL : 1) << "rank " << rank;
      if (rank == victim) continue;
      const std::string line = printed(rank, "err");
      const std::string name =
          text("coppice: rank ", victim, " of ", size, " (process ", killed, " on ");
      EXPECT_EQ(line.compare(0, name.size(), name), 0) << line;
      EXPECT_NE(line.find(") has ended; the last checkpoint, if there is one, is " +
                          (folder_ / out / "supernet.h5").string() +
                          ", from where the same commands with --resume go on\n"),
                std::string::npos)
          << line;
      EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1) << line;
    }
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    EXPECT_LT(taken.count(), 10);
  }

  const TemporaryFolder folder_;
};

nlohmann::json document_of(const std::string& printed) { return nlohmann::json::parse(printed); }

TEST_F(Distributed, TwoRanksTrainAsOneProcessAndPrintOneDocument) {
  const Words slow{"--full.rate=0.01", "--expand2.rate=0.01", "--json"};
  finish(1, training("one", 1, slow));
  const auto one = document_of(printed(0, "out"));
  finish(2, training("two", 1, slow));
  const auto two = document_of(printed(0, "out"));
  EXPECT_EQ(printed(1, "out"), "");
  EXPECT_EQ(printed(1, "err"), "");
  EXPECT_EQ(two["run"]["ranks"], 2);
  EXPECT_EQ(two["epochs"], one["epochs"]);
  ASSERT_EQ(one["history"].size(), two["history"].size());
  for (std::size_t i = 0; i < one["history"].size(); ++i) {
    EXPECT_NEAR(one["history"][i]["loss"], two["history"][i]["loss"], 1e-4) << i;
  }
}

TEST_F(Distributed, AKilledRankEndsTheOthersAndTheRunGoesOnToTheSameBytes) {
  finish(2, training("whole", 1));
  kill_one(2, 1, "killed", training("killed", 1));
  finish(2, training("killed", 1, {"--resume"}));
  EXPECT_EQ(state("whole"), state("killed"));
}

TEST_F(Distributed, AnyRankOfFourMayDie) {
  kill_one(4, 2, "third", training("third", 100));
  kill_one(4, 0, "first", training("first", 100));
}

TEST_F(Distributed, OneInterruptedRankStopsAllAndTheStateIsSaved) {
  finish(2, training("whole", 1));
  const std::vector<pid_t> children = start(2, training("stopped", 1));
  wait_for_checkpoints("stopped", 4);
  ::kill(children[1], SIGINT);
  for (std::size_t rank = 0; rank < 2; ++rank) {
    EXPECT_EQ(wait_for_end(children[rank], kPatience), 130) << rank;
    EXPECT_EQ(printed(static_cast<int>(rank), "err"),
              "coppice: interrupted; the state is saved in " +
                  (folder_ / "stopped" / "supernet.h5").string() +
                  ", the same command with --resume goes on\n");
  }
  finish(2, training("stopped", 1, {"--resume"}));
  EXPECT_EQ(state("whole"), state("stopped"));
}

TEST_F(Distributed, AnotherNumberOfRanksGoesOn) {
  kill_one(2, 0, "run", training("run", 1));
  finish(1, training("run", 1, {"--resume", "--json"}));
  EXPECT_EQ(document_of(printed(0, "out"))["stopped_because"], "completed");
}

TEST_F(Distributed, RanksWithOtherOptionsStopBeforeTheyTrain) {
  const std::string port = std::to_string(free_port());
  std::vector<pid_t> children;
  for (int rank = 0; rank < 2; ++rank) {
    children.push_back(start_program({training("run", 1 + rank),
                                      {{"RANK", std::to_string(rank)},
                                       {"WORLD_SIZE", "2"},
                                       {"MASTER_ADDR", "127.0.0.1"},
                                       {"MASTER_PORT", port}},
                                      text_of(rank, "out"),
                                      text_of(rank, "err")}));
  }
  EXPECT_EQ(wait_for_end(children[0], kPatience), 1);
  EXPECT_EQ(wait_for_end(children[1], kPatience), 1);
  EXPECT_EQ(printed(1, "err"),
            "coppice: the options, images or weights that rank 1 begins with are not those of rank "
            "0; all ranks need the same options, and see the same folders\n");
  EXPECT_EQ(printed(0, "err").find("coppice: rank 1 of 2 (process "), 0U) << printed(0, "err");
  EXPECT_EQ(saved("run"), 0);
}

// The table holds nothing but accuracies: it is the same to the byte.
TEST_F(Distributed, TwoRanksMeasureAsOneProcess) {
  finish(1, training("run", 1));
  const Words measuring{COPPICE_PROGRAM,
                        "measure",
                        "--run=" + (folder_ / "run").string(),
                        "--count=7",
                        "--what=accuracy",
                        "--threads=1",
                        "--quiet",
                        "--json"};
  const auto table = folder_ / "run" / "measurements.h5";
  finish(1, measuring);
  const std::string one = read_bytes(table);
  std::filesystem::remove(table);
  finish(2, measuring);
  EXPECT_EQ(document_of(printed(0, "out"))["count"], 7);
  EXPECT_EQ(printed(1, "out"), "");
  EXPECT_EQ(read_bytes(table), one);
}

TEST_F(Distributed, AWrongEnvironmentIsOneLine) {
  ChildProgram program{training("wrong", 1),
                       {{"RANK", "2"}, {"WORLD_SIZE", "2"}},
                       text_of(0, "out"),
                       text_of(0, "err")};
  EXPECT_EQ(wait_for_end(start_program(program), kPatience), 2);
  EXPECT_EQ(printed(0, "err"),
            "coppice: RANK = 2, must be a whole number from 0 to 1 (WORLD_SIZE = 2)\n");
  program.environment["RANK"] = "1";
  EXPECT_EQ(wait_for_end(start_program(program), kPatience), 2);
  EXPECT_EQ(printed(0, "err"),
            "coppice: MASTER_ADDR is not set; 2 ranks (WORLD_SIZE) need the name or address of "
            "rank 0's machine\n");
  program.words.emplace_back("--dry-run");
  EXPECT_EQ(wait_for_end(start_program(program), kPatience), 2);
}

TEST_F(Distributed, DryRunsExperimentsAndMostCommandsAreForOneProcess) {
  ChildProgram program{training("wrong", 1, {"--dry-run"}),
                       {{"OMPI_COMM_WORLD_RANK", "0"},
                        {"OMPI_COMM_WORLD_SIZE", "2"},
                        {"OMPI_COMM_WORLD_LOCAL_SIZE", "2"}},
                       text_of(0, "out"),
                       text_of(0, "err")};
  EXPECT_EQ(wait_for_end(start_program(program), kPatience), 2);
  EXPECT_EQ(printed(0, "err"),
            "coppice: --dry-run is for one process, but OMPI_COMM_WORLD_SIZE = 2; start it "
            "alone\n");
  write_bytes(folder_ / "job.cfg", "[train]\nspace = small\ndata = data\n");
  program.words = {COPPICE_PROGRAM,
                   "run",
                   (folder_ / "job.cfg").string(),
                   "--out=" + (folder_ / "run").string()};
  EXPECT_EQ(wait_for_end(start_program(program), kPatience), 2);
  EXPECT_EQ(printed(0, "err"),
            "coppice: run is for one process, but OMPI_COMM_WORLD_SIZE = 2; start train and "
            "measure in several, and the other steps alone\n");
  program.words = {COPPICE_PROGRAM, "verify", (folder_ / "run").string()};
  EXPECT_EQ(wait_for_end(start_program(program), kPatience), 2);
  EXPECT_EQ(printed(0, "err"),
            "coppice: verify is for one process, but OMPI_COMM_WORLD_SIZE = 2; start it alone\n");
}

}  // namespace
}  // namespace coppice

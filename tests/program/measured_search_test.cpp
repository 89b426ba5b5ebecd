// The built program: a search that measures the networks of a small trained run.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "supernet/base/random.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/idx_files.hpp"
#include "tests/support/tiny_space.hpp"

namespace coppice {
namespace {

using Json = nlohmann::json;
using Words = std::vector<std::string>;

struct Outcome {
  int code = -1;  ///< negative: ended by a signal
  std::string out;
  std::string err;
};

class MeasuringProgram : public testing::Test {
 protected:
  /// One trained run with 24 measured networks for all tests; each works on a copy.
  static void SetUpTestSuite() {
    const std::filesystem::path& folder = trained();
    std::filesystem::create_directories(folder);
    write_bytes(folder / "tiny.ini", kTinySpace);
    write_idx_folder(folder / "data", 400, 40);
    const Outcome train = run_in(folder,
                                 {"train",
                                  "--space=tiny.ini",
                                  "--data=data",
                                  "--out=run",
                                  "--threads=1",
                                  "--quiet",
                                  "--batch=16",
                                  "--held-out=100",
                                  "--calibration=32",
                                  "--full.epochs=2",
                                  "--full.warmup-epochs=0",
                                  "--kernel.epochs=0.5",
                                  "--kernel.warmup-epochs=0",
                                  "--depth1.epochs=0",
                                  "--depth2.epochs=0.5",
                                  "--depth2.warmup-epochs=0",
                                  "--expand1.epochs=0",
                                  "--expand2.epochs=0.5",
                                  "--expand2.warmup-epochs=0",
                                  "--expand2.subnets=2"});
    ASSERT_EQ(train.code, 0) << train.err;
    const Outcome measure =
        run_in(folder,
               {"measure", "--run=run", "--count=24", "--what=accuracy", "--threads=1", "--quiet"});
    ASSERT_EQ(measure.code, 0) << measure.err;
  }

  static void TearDownTestSuite() { std::filesystem::remove_all(trained()); }

  static const std::filesystem::path& trained() {
    static const std::filesystem::path folder =
        std::filesystem::temp_directory_path() /
        ("coppice-measured-search-" + std::to_string(::getpid()));
    return folder;
  }

  void SetUp() override {
    std::filesystem::copy(trained(), folder_.path(), std::filesystem::copy_options::recursive);
  }

  static pid_t start_in(const std::filesystem::path& folder, const Words& words) {
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error("cannot fork");
    if (child != 0) return child;
    std::vector<char*> arguments;
    std::string program = COPPICE_PROGRAM;
    arguments.push_back(program.data());
    std::vector<std::string> own = words;
    for (std::string& word : own) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    if (::chdir(folder.c_str()) != 0) ::_exit(126);
    ::dup2(::open("out.txt", O_WRONLY | O_CREAT | O_TRUNC, 0644), STDOUT_FILENO);
    ::dup2(::open("err.txt", O_WRONLY | O_CREAT | O_TRUNC, 0644), STDERR_FILENO);
    ::execv(arguments.front(), arguments.data());
    ::_exit(127);
  }

  static Outcome end(const std::filesystem::path& folder, pid_t child) {
    int status = 0;
    ::waitpid(child, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status),
            read_bytes(folder / "out.txt"),
            read_bytes(folder / "err.txt")};
  }

  static Outcome run_in(const std::filesystem::path& folder, const Words& words) {
    return end(folder, start_in(folder, words));
  }

  [[nodiscard]] Outcome run(const Words& words) const { return run_in(folder_.path(), words); }

  /// The document without what may differ.
  static std::string told(const Outcome& outcome) {
    Json document = Json::parse(outcome.out);
    document.erase("run");
    return document.dump();
  }

  /// Once the search has begun to write its file it is measuring.
  [[nodiscard]] Outcome interrupted_while_measuring(const Words& words, int signal) const {
    const pid_t child = start_in(folder_.path(), words);
    for (int i = 0; i < 1500 && !std::filesystem::exists(folder_ / "run" / "search.h5"); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    ::kill(child, signal);
    return end(folder_.path(), child);
  }

  /// The run as it was, so that another search begins with the same.
  void restore() const {
    std::filesystem::remove_all(folder_ / "run");
    std::filesystem::copy(
        trained() / "run", folder_ / "run", std::filesystem::copy_options::recursive);
  }

  const TemporaryFolder folder_;
};

const Words kSearch{"search",
                    "--run=run",
                    "--objectives=accuracy",
                    "--limit=macs<=60000",
                    "--measure=4",
                    "--rounds=2",
                    "--evaluations=500",
                    "--json",
                    "--quiet",
                    "--out=run/search.h5"};

Words with(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST_F(MeasuringProgram, AnswersWithMeasuredNetworksAndKeepsWhatItMeasured) {
  const Outcome outcome = run(with(kSearch, {"--best=best.jsonl"}));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const Json document = Json::parse(outcome.out);
  const Json& best = document["best"];
  EXPECT_LE(best["macs"].get<int>(), 60000);
  EXPECT_EQ(document["measured"], Json::array({"accuracy"}));
  EXPECT_FALSE(document["conditions"]["accuracy"].empty());
  EXPECT_EQ(document["finalists"].size(), 10U);
  for (const Json& finalist : document["finalists"]) {
    EXPECT_TRUE(finalist["accuracy"].is_number());
    const Json& predicted = finalist["predicted"]["accuracy"];
    EXPECT_LE(predicted["low"].get<double>(), predicted["value"].get<double>());
    EXPECT_LE(predicted["value"].get<double>(), predicted["high"].get<double>());
    if (finalist["macs"].get<int>() <= 60000) {
      EXPECT_LE(finalist["accuracy"].get<double>(), best["accuracy"].get<double>());
    }
  }
  EXPECT_EQ(document["rounds"][0]["networks"], 4);
  EXPECT_GT(document["run"]["energy_j"].get<double>(), 0);
  EXPECT_EQ(Json::parse(read_bytes(folder_ / "best.jsonl")), best["arch"]);

  const Outcome again = run({"measure", "--run=run", "--count=24", "--what=accuracy", "--json"});
  EXPECT_EQ(Json::parse(again.out)["count"].get<int>(), 24 + document["evaluations"].get<int>())
      << "the measured networks are kept";
  const Outcome predicted = run({"predict",
                                 "--predictor=run/predictors/accuracy.h5",
                                 "--arch=best.jsonl",
                                 "--space=tiny.ini",
                                 "--json"});
  EXPECT_EQ(predicted.code, 0) << predicted.err;
  EXPECT_NE(read_bytes(folder_ / "run" / "energy.csv").find(",search and measure,"),
            std::string::npos);
}

TEST_F(MeasuringProgram, ItsAnswerDoesNotDependOnThreads) {
  const Outcome one = run(with(kSearch, {"--threads=1"}));
  ASSERT_EQ(one.code, 0) << one.err;
  const std::string log = read_bytes(folder_ / "run" / "search.h5");
  restore();
  const Outcome two = run(with(kSearch, {"--threads=2"}));
  ASSERT_EQ(two.code, 0) << two.err;
  EXPECT_EQ(told(one), told(two));
  EXPECT_EQ(log, read_bytes(folder_ / "run" / "search.h5"));
}

TEST_F(MeasuringProgram, KilledAnywhereItGoesOnToTheSameAnswer) {
  const auto begin = std::chrono::steady_clock::now();
  const Outcome whole = run(kSearch);
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
  ASSERT_EQ(whole.code, 0) << whole.err;
  Random random(4);
  for (int point = 0; point < 4; ++point) {
    restore();
    const double delay = (0.2 + 0.8 * random.uniform()) * time.count();
    const pid_t child = start_in(folder_.path(), kSearch);
    std::this_thread::sleep_for(std::chrono::duration<double>(delay));
    ::kill(child, SIGKILL);
    static_cast<void>(end(folder_.path(), child));
    const Outcome rest = run(with(kSearch, {"--resume"}));
    ASSERT_EQ(rest.code, 0) << rest.err;
    EXPECT_EQ(told(whole), told(rest)) << "killed after " << delay << " s of " << time.count();
  }
}

TEST_F(MeasuringProgram, InterruptedItSaysWhatIsKeptAndHowToGoOn) {
  const Outcome whole = run(kSearch);
  restore();
  const Outcome stopped = interrupted_while_measuring(kSearch, SIGINT);
  ASSERT_EQ(stopped.code, 130) << stopped.err;
  EXPECT_EQ(stopped.err.rfind("coppice: interrupted; the ", 0), 0U) << stopped.err;
  EXPECT_NE(stopped.err.find(" measured networks are kept in run/measurements.h5, the same command "
                             "with --resume goes on\n"),
            std::string::npos)
      << stopped.err;
  EXPECT_NE(read_bytes(folder_ / "run" / "energy.csv").find(",search and measure,"),
            std::string::npos);
  const Outcome rest = run(with(kSearch, {"--resume"}));
  EXPECT_EQ(told(whole), told(rest)) << rest.err;
}

TEST_F(MeasuringProgram, AnExperimentThatWasInterruptedInItsSearchGoesOnThere) {
  write_bytes(folder_ / "job.cfg",
              "[train]\nspace = tiny.ini\ndata = data\n[measure]\nwhat = accuracy\n"
              "[search]\nmeasure = 4\nrounds = 2\nevaluations = 500\nlimit = macs<=60000\n");
  const Words job{"run", "job.cfg", "--out=run", "--steps=search", "--quiet", "--json"};
  const Outcome whole = run(job);
  ASSERT_EQ(whole.code, 0) << whole.err;
  restore();
  const Outcome stopped = interrupted_while_measuring(job, SIGTERM);
  ASSERT_EQ(stopped.code, 130) << stopped.err;
  const Outcome rest = run(job);
  ASSERT_EQ(rest.code, 0) << rest.err;
  EXPECT_EQ(told(whole), told(rest));
}

TEST_F(MeasuringProgram, TimesNetworksWhereLatencyIsAskedFor) {
  const Outcome outcome = run({"search",
                               "--run=run",
                               "--objectives=accuracy,latency_ms",
                               "--measure=3",
                               "--rounds=1",
                               "--evaluations=300",
                               "--json",
                               "--quiet"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const Json document = Json::parse(outcome.out);
  EXPECT_EQ(document["measured"], Json::array({"accuracy", "latency_ms"}));
  for (const Json& member : document["front"]) {
    EXPECT_GT(member["latency_ms"].get<double>(), 0);
    EXPECT_TRUE(member["predicted"]["latency_ms"]["value"].is_number());
  }
  EXPECT_TRUE(document["run"]["noise_floor_percent"].is_number());
  EXPECT_TRUE(std::filesystem::exists(folder_ / "run" / "predictors" / "latency_ms.h5"));
}

TEST_F(MeasuringProgram, SeveralSetsOfLimitsShareTheirMeasurements) {
  write_bytes(folder_ / "sets.txt", "macs<=60000\nmacs<=90000\n");
  const Outcome outcome = run({"search",
                               "--run=run",
                               "--objectives=accuracy",
                               "--scenarios=sets.txt",
                               "--measure=3",
                               "--rounds=1",
                               "--evaluations=300",
                               "--json",
                               "--quiet",
                               "--out=run/search.h5"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const Json document = Json::parse(outcome.out);
  ASSERT_EQ(document["best"].size(), 2U);
  EXPECT_GE(document["best"][1]["accuracy"].get<double>(),
            document["best"][0]["accuracy"].get<double>())
      << "what the first set measured is within the limits of the second";
  EXPECT_TRUE(std::filesystem::exists(folder_ / "run" / "search-2.h5"));
  const std::string energy = read_bytes(folder_ / "run" / "energy.csv");
  EXPECT_NE(energy.find(",search and measure 2,"), std::string::npos);
}

TEST_F(MeasuringProgram, PeopleSeePredictedMeasuredAndIntervalSideBySide) {
  const Outcome outcome = run({"search",
                               "--run=run",
                               "--objectives=accuracy",
                               "--measure=3",
                               "--rounds=1",
                               "--evaluations=300",
                               "--quiet"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("predicted       90 % interval    measured"), std::string::npos)
      << outcome.out;
  EXPECT_NE(outcome.out.find("predicted - measured, mean of each round: accuracy: "),
            std::string::npos);
}

TEST_F(MeasuringProgram, EachMistakeIsToldInOneLineAndChangesNothing) {
  const std::string before = read_bytes(folder_ / "run" / "measurements.h5");
  write_bytes(folder_ / "other.ini", std::string(kTinySpace) + "\n");
  const auto expect = [this](int code, const Words& words, const std::string& message) {
    const Outcome outcome = run(with({"search", "--quiet"}, words));
    EXPECT_EQ(outcome.code, code) << outcome.err;
    EXPECT_EQ(outcome.err, "coppice: " + message + "\n");
    EXPECT_EQ(outcome.out, "");
  };
  expect(2,
         {"--objectives=accuracy", "--space=tiny.ini", "--measure=4"},
         "--measure needs --run RUN: the trained supernet whose networks are measured");
  expect(2,
         {"--objectives=accuracy", "--run=run", "--measure=0"},
         "--measure = 0, must be 1 to 10000: networks measured in each round");
  expect(2,
         {"--objectives=accuracy", "--run=run", "--measure=4", "--rounds=10001"},
         "--rounds = 10001, must be 1 to 10000");
  expect(2,
         {"--objectives=macs", "--space=tiny.ini", "--rounds=3"},
         "--rounds needs --measure K: the networks measured in each");
  expect(2,
         {"--objectives=macs", "--run=run"},
         "--space is missing: search space; with --predictor or --measure it is theirs");
  expect(2,
         {"--objectives=accuracy", "--run=run", "--measure=4", "--algorithm=random"},
         "--algorithm cannot be chosen with --measure: predictors are searched with the default of "
         "each");
  expect(2,
         {"--objectives=accuracy", "--run=run", "--measure=4", "--what=energy"},
         "--what = energy, must be accuracy, latency or both: accuracy,latency");
  expect(2,
         {"--objectives=accuracy", "--run=run", "--measure=4", "--evaluations=50"},
         "--evaluations = 50, must be at least 100 with --measure: what predictors are asked in "
         "each round");
  expect(2,
         {"--objectives=macs,params", "--run=run", "--measure=4"},
         "--measure = 4, but nothing of --objectives = macs,params and the limits can be measured "
         "here, which are accuracy, latency_ms, latency_onnxruntime_ms, latency_opencv_ms; leave "
         "--measure out");
  expect(2,
         {"--objectives=acuracy", "--run=run", "--measure=4"},
         "--objectives = acuracy, is not known; known are accuracy, latency_ms, "
         "latency_onnxruntime_ms, latency_opencv_ms, macs, params, peak_activation_bytes; the "
         "nearest is accuracy");
  expect(2,
         {"--objectives=accuracy", "--run=run", "--measure=4", "--space=small"},
         "--space = small is not the space of run, which is tiny of width 1 at resolutions 12,16; "
         "leave --space out to search in that");
  expect(1,
         {"--objectives=accuracy", "--run=data", "--measure=4"},
         "data is not a finished or started run: it has no experiment.cfg; train it with coppice "
         "train --out");
  expect(2,
         {"--objectives=accuracy", "--run=run", "--measure=4", "--resume"},
         "--resume needs --out FILE: the search to go on with");
  write_bytes(folder_ / "sets.txt", "macs<=60000\nmacs<=2\n");
  expect(3,
         {"--objectives=accuracy", "--run=run", "--measure=4", "--scenarios=sets.txt"},
         "macs<=2 cannot be met; the smallest macs is 36240");
  expect(3,
         {"--objectives=accuracy", "--run=run", "--measure=4", "--limit=macs<=1"},
         "macs<=1 cannot be met; the smallest macs is 36240");
  EXPECT_EQ(read_bytes(folder_ / "run" / "measurements.h5"), before);
}

TEST_F(MeasuringProgram, AnotherSearchIsNotResumedAndNoMistakeCostsTheOneBefore) {
  ASSERT_EQ(run(kSearch).code, 0);
  const std::string before = read_bytes(folder_ / "run" / "search.h5");
  EXPECT_EQ(run(with(kSearch, {"--limit=params<=1"})).code, 3);
  EXPECT_EQ(read_bytes(folder_ / "run" / "search.h5"), before);
  const Outcome other = run(with(kSearch, {"--resume", "--seed=2"}));
  EXPECT_EQ(other.code, 2);
  EXPECT_EQ(other.err,
            "coppice: cannot resume run/search.h5: its seed was '1', now it is '2'; repeat the "
            "earlier options or write to another file\n");
  ASSERT_EQ(run({"search",
                 "--space=tiny.ini",
                 "--objectives=macs",
                 "--evaluations=100",
                 "--out=plain.h5",
                 "--quiet"})
                .code,
            0);
  Words words = kSearch;
  words.back() = "--out=plain.h5";
  const Outcome plain = run(with(words, {"--resume"}));
  EXPECT_EQ(plain.err,
            "coppice: cannot resume plain.h5: it is a search without --measure; write to another "
            "file\n");
}

}  // namespace
}  // namespace coppice

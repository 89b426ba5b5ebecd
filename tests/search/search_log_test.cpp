#include "search/search_log.hpp"

#include <gtest/gtest.h>

#include "search/nsga2.hpp"
#include "search/random_search.hpp"
#include "supernet/base/hdf5_file.hpp"
#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/fake_evaluator.hpp"

namespace coppice {
namespace {

const SearchSpace& space() {
  static const SearchSpace small = builtin_space("small");
  return small;
}

SearchProblem sample_problem() {
  SearchProblem problem{
      space(), all_choices(space()), {{"noise0", true}, {"gain0", false}}, {}, {}, {}};
  problem.limits = {parse_limit("gain0<=14")};
  problem.ranges = {{0, 20}, {0, 20}};
  return problem;
}

Nsga2Options sample_options() {
  Nsga2Options options;
  options.population = 40;
  options.evaluations = 1010;
  return options;
}

SearchDescription description() { return {"nsga2", to_text(sample_options()), {"noise0 abc"}, 5}; }

/// Runs until `generations` are done or the budget is, resuming when there is a file. A kill
/// leaves the file as the last checkpoint wrote it; `torn` drops the final checkpoint.
SearchSummary run(const std::filesystem::path& path, int generations, bool torn = false) {
  const FakeEvaluator evaluator(space(), {"noise0", "gain0"});
  const FakeClock clock;
  SearchLog log(path, sample_problem(), evaluator.names(), description(), clock);
  log.interval = Seconds(0);
  SearchContext context;
  context.random = Random(5);
  context.resume = log.load();
  context.interrupted = [&generations] { return generations-- == 0; };
  context.checkpoint = [&](const SearchState& state) {
    if (!torn || state.reason != StopReason::interrupted) log.offer(state);
  };
  return search_nsga2(sample_problem(), evaluator, sample_options(), context);
}

TEST(SearchLog, KillAndResumeGiveTheSameBytes) {
  const TemporaryFolder folder;
  const SearchSummary whole = run(folder / "whole.h5", -1);
  for (const bool torn : {false, true}) {
    const std::filesystem::path path = folder / (torn ? "torn.h5" : "stopped.h5");
    EXPECT_EQ(run(path, 1, torn).generations, 1);
    EXPECT_EQ(run(path, 7, torn).generations, 8);
    const SearchSummary resumed = run(path, -1);
    EXPECT_EQ(resumed.stopped_because, StopReason::evaluations);
    EXPECT_EQ(resumed.hypervolume_by_generation, whole.hypervolume_by_generation);
    EXPECT_TRUE(read_bytes(path) == read_bytes(folder / "whole.h5"));
  }
}

TEST(SearchLog, AFinishedSearchIsReadBackWithoutEvaluating) {
  const TemporaryFolder folder;
  const SearchSummary first = run(folder / "a.h5", -1);
  const std::string before = read_bytes(folder / "a.h5");
  const SearchSummary again = run(folder / "a.h5", -1);
  EXPECT_EQ(again.evaluations, 1010);
  ASSERT_EQ(again.front.size(), first.front.size());
  EXPECT_EQ(again.best->architecture, first.best->architecture);
  EXPECT_EQ(again.best->values, first.best->values);
  EXPECT_TRUE(read_bytes(folder / "a.h5") == before);
}

TEST(SearchLog, ABaselineStandsBesideTheSearchAndDoesNotHinderResuming) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder / "a.h5";
  const SearchSummary found = run(path, -1);
  const std::string before = read_bytes(path);
  const FakeEvaluator evaluator(space(), {"noise0", "gain0"});
  const FakeClock clock;
  const SearchLog log(path, sample_problem(), evaluator.names(), description(), clock);
  log.conclude(*log.load(), {std::nullopt, {{0, 100, 0.25, 3}, {1, 200, 0.5, 4}}});
  {
    const Hdf5Reader in(path);
    EXPECT_EQ(in.read<std::int64_t>("/baseline/evaluations"),
              (std::vector<std::int64_t>{100, 200}));
    EXPECT_EQ(in.read<double>("/baseline/hypervolume"), (std::vector<double>{0.25, 0.5}));
    EXPECT_EQ(in.read<std::int64_t>("/baseline/front_size"), (std::vector<std::int64_t>{3, 4}));
    EXPECT_EQ(in.read<double>("/history/hypervolume"), found.hypervolume_by_generation);
  }
  EXPECT_EQ(run(path, -1).best->architecture, found.best->architecture);
  EXPECT_TRUE(read_bytes(path) == before);
}

TEST(SearchLog, TheFrontOfAnyGenerationCanBeReadOff) {
  const TemporaryFolder folder;
  const SearchSummary found = run(folder / "a.h5", -1);
  const Hdf5Reader in(folder / "a.h5");
  const auto entered = in.read<std::int64_t>("/archive/entered");
  const auto left = in.read<std::int64_t>("/archive/left");
  const auto sizes = in.read<std::int64_t>("/history/front_size");
  ASSERT_EQ(sizes.size(), static_cast<std::size_t>(found.generations));
  for (std::size_t g = 0; g < sizes.size(); ++g) {
    std::int64_t present = 0;
    for (std::size_t i = 0; i < entered.size(); ++i) {
      const auto generation = static_cast<std::int64_t>(g);
      present += entered[i] <= generation && (left[i] < 0 || left[i] > generation);
    }
    EXPECT_EQ(present, sizes[g]);
  }
  EXPECT_EQ(in.read<std::string>("/front/architecture").size(), found.front.size());
}

TEST(SearchLog, WritesOnlyWhenTheIntervalHasPassedOrTheSearchEnded) {
  const TemporaryFolder folder;
  FakeClock clock;
  SearchLog log(folder / "a.h5", sample_problem(), {"noise0", "gain0"}, description(), clock);
  SearchState state;
  state.archive = Archive(2);
  log.offer(state);
  EXPECT_FALSE(std::filesystem::exists(folder / "a.h5"));
  clock.advance(Seconds(11));
  log.offer(state);
  EXPECT_TRUE(std::filesystem::exists(folder / "a.h5"));
  std::filesystem::remove(folder / "a.h5");
  log.offer(state);
  EXPECT_FALSE(std::filesystem::exists(folder / "a.h5"));
  state.reason = StopReason::interrupted;
  log.offer(state);
  EXPECT_TRUE(log.load().has_value());
}

TEST(SearchLog, AnotherSearchIsRefusedNamingWhatDiffers) {
  const TemporaryFolder folder;
  run(folder / "a.h5", 1);
  const FakeClock clock;
  const std::string start = "cannot resume " + (folder / "a.h5").string() + ": ";
  const auto message = [&](const SearchProblem& problem, const SearchDescription& other) {
    const SearchLog log(folder / "a.h5", problem, {"noise0", "gain0"}, other, clock);
    return message_of([&] { static_cast<void>(log.load()); });
  };
  SearchProblem problem = sample_problem();
  problem.limits[0].value = 12;
  EXPECT_EQ(message(problem, description()),
            start +
                "its limits was 'gain0<=14', now it is 'gain0<=12'; repeat the earlier options or "
                "write to another file");
  SearchDescription other = description();
  other.seed = 6;
  EXPECT_EQ(message(sample_problem(), other),
            start +
                "its seed was '5', now it is '6'; repeat the earlier options or write to another "
                "file");
  const SearchLog renamed(
      folder / "a.h5", sample_problem(), {"noise0", "gain0", "macs"}, description(), clock);
  EXPECT_EQ(message_of([&] { static_cast<void>(renamed.load()); }),
            start +
                "it kept noise0, gain0, now noise0, gain0, macs are asked for; repeat the earlier "
                "options or write to another file");
  other = description();
  other.predictors = {"accuracy 0123456789"};
  EXPECT_EQ(message(sample_problem(), other),
            start +
                "it used other predictors or another device profile; repeat the earlier options or "
                "write to another file");
}

TEST(SearchLog, AFileThatIsNoSearchLogIsRefused) {
  const TemporaryFolder folder;
  Hdf5Writer out(folder / "x.h5");
  out.write("/a", std::vector<double>{1});
  out.publish();
  const FakeClock clock;
  const SearchLog log(folder / "x.h5", sample_problem(), {"noise0", "gain0"}, description(), clock);
  EXPECT_EQ(message_of([&] { static_cast<void>(log.load()); }),
            (folder / "x.h5").string() + " is not a search of Coppice");
  const SearchLog none(
      folder / "no.h5", sample_problem(), {"noise0", "gain0"}, description(), clock);
  EXPECT_FALSE(none.load().has_value());
}

}  // namespace
}  // namespace coppice

#include "experiments/report/run_summary.hpp"

#include <gtest/gtest.h>

#include "tests/supernet/base/temporary_folder.hpp"
#include "tests/support/prepared_run.hpp"

namespace coppice {
namespace {

using prepared::space;

TEST(RunSummary, EveryPartOfAFinishedRunIsRead) {
  const TemporaryFolder folder;
  prepared::write_run(folder.path());
  const RunSummary run = summarize_run(folder.path());
  EXPECT_TRUE(run.missing.empty());
  EXPECT_EQ(run.name, folder.path().filename().string());
  EXPECT_EQ(run.space, "tiny");
  EXPECT_EQ(run.space_size, space().count());
  ASSERT_TRUE(run.training);
  EXPECT_EQ(run.training->held_out, 5000);
  ASSERT_EQ(run.training->history.size(), 2U);
  EXPECT_EQ(run.training->history[1].largest, 86.75);
  EXPECT_EQ(run.measurements->rows.size(), 24U);
  ASSERT_EQ(run.predictors.size(), 2U);
  EXPECT_EQ(run.predictors[0].target, "accuracy");
  EXPECT_EQ(run.predictors[0].kind.rfind("ridge-choices", 0), 0U);
  EXPECT_GT(run.predictors[0].fit->n, 10U);
  EXPECT_EQ(interval_of(run, "accuracy"), run.predictors[0].interval90);
  EXPECT_LT(interval_of(run, "energy_mj"), 0);
  EXPECT_EQ(run.energy.size(), 2U);
  EXPECT_EQ(run.grids, std::vector<std::string>{"500 g CO2e/kWh (Testland, 2024, test source)"});
  EXPECT_EQ(run.steps.size(), 2U);
  EXPECT_FALSE(run.steps[1].done);
  EXPECT_EQ(run.first_event, "2026-11-23T08:00:00Z");
  EXPECT_EQ(run.last_event, "2026-11-23T08:01:30Z");
}

TEST(RunSummary, TheChosenNetworkCarriesItsPredictionsAndItsCard) {
  const TemporaryFolder folder;
  prepared::write_run(folder.path());
  const RunSummary run = summarize_run(folder.path());
  ASSERT_EQ(run.networks.size(), 1U);
  const ChosenNetwork& network = run.networks[0];
  EXPECT_EQ(network.predicted.at("accuracy"), 88.5);
  EXPECT_EQ(network.predicted.at("latency_ms"), 3.25);
  ASSERT_EQ(network.limits.size(), 1U);
  EXPECT_EQ(to_text(network.limits[0]), "latency_ms<=4");
  ASSERT_TRUE(network.card.value);
  EXPECT_EQ(network.card.value->accuracy.value->correct, 8790);
  EXPECT_EQ(network.card.value->inference.value->energy_mj.nominal, 3.6);
  EXPECT_EQ(network.card.value->training.reason, "not determined");
}

TEST(RunSummary, OfASearchThatMeasuresPredictedAndMeasuredAreToldApart) {
  const TemporaryFolder folder;
  prepared::write_run(folder.path());
  prepared::write_search(folder / "search.h5", "latency_ms<=4", true);
  const RunSummary run = summarize_run(folder.path());
  EXPECT_TRUE(run.searches[0].measured);
  const ChosenNetwork& network = run.networks[0];
  EXPECT_EQ(network.predicted.at("accuracy"), 89.25);
  EXPECT_EQ(network.interval.at("accuracy").low, 88);
  EXPECT_EQ(network.interval.at("accuracy").high, 90.5);
  EXPECT_EQ(network.measured.at("accuracy"), 88.5);
  EXPECT_EQ(network.measured.at("latency_ms"), 3.25);
}

TEST(RunSummary, SeveralTargetsKeepTheOrderOfTheirLines) {
  const TemporaryFolder folder;
  prepared::write_search(folder / "search-1.h5", "latency_ms<=2");
  prepared::write_search(folder / "search-2.h5", "latency_ms<=4");
  // What an earlier search of one target left.
  prepared::write_search(folder / "search.h5", "latency_ms<=9");
  write_text_file(
      folder / "best.jsonl",
      to_text(space(), space().smallest()) + "\n" + to_text(space(), space().largest()) + "\n");
  prepared::write_card(folder / "exports/2", prepared::card_of(space().largest()));
  const RunSummary run = summarize_run(folder.path());
  ASSERT_EQ(run.networks.size(), 2U);
  EXPECT_EQ(run.networks[0].predicted.at("accuracy"), 81.25);
  EXPECT_EQ(to_text(run.networks[0].limits[0]), "latency_ms<=2");
  EXPECT_FALSE(run.networks[0].card.value);
  EXPECT_EQ(run.networks[0].card.reason, "this network is not exported yet");
  EXPECT_EQ(to_text(run.networks[1].limits[0]), "latency_ms<=4");
  EXPECT_TRUE(run.networks[1].card.value);
}

TEST(RunSummary, ACardOfAnotherNetworkIsNotTheChosenOnes) {
  const TemporaryFolder folder;
  prepared::write_search(folder / "search.h5", "");
  write_text_file(folder / "best.jsonl", to_text(space(), space().largest()) + "\n");
  prepared::write_card(folder / "exports", prepared::card_of(space().smallest()));
  const RunSummary run = summarize_run(folder.path());
  ASSERT_EQ(run.networks.size(), 2U);
  EXPECT_FALSE(run.networks[0].card.value);
  EXPECT_TRUE(run.networks[1].by_hand);
}

TEST(RunSummary, MissingPartsAreNamed) {
  const TemporaryFolder folder;
  prepared::write_supernet(folder.path());
  const RunSummary run = summarize_run(folder.path());
  EXPECT_EQ(run.missing,
            (std::vector<std::string>{
                "search.h5: the step search has not begun",
                "predictors: the step fit has not finished",
                "measurements.h5: the step measure has not begun",
                "exports: no network is exported, so none is measured on the test set",
                "energy.csv: no step has recorded its energy",
                "experiment.cfg: the options of this run are not recorded"}));
  EXPECT_TRUE(run.networks.empty());
  EXPECT_FALSE(run.comparison);
}

TEST(RunSummary, AFolderWithoutARunIsRefused) {
  const TemporaryFolder folder;
  const std::string path = folder.path().string();
  EXPECT_EQ(message_of([&] { static_cast<void>(summarize_run(folder.path())); }),
            path +
                " holds no run: there is no supernet.h5, measurements.h5, predictors, search.h5, "
                "exports or energy.csv; give the folder that coppice train or coppice run wrote "
                "with --out");
  EXPECT_EQ(message_of([&] { static_cast<void>(summarize_run(folder / "none")); }),
            path +
                "/none is no folder; give the folder of a run, as coppice train or coppice run "
                "wrote it with --out");
}

TEST(RunSummary, DamagedFilesAreNamed) {
  const TemporaryFolder folder;
  prepared::write_run(folder.path());
  const auto message = [&] {
    return message_of([&] { static_cast<void>(summarize_run(folder.path())); });
  };
  write_text_file(folder / "steps.json", "[]");
  EXPECT_EQ(message(),
            (folder / "steps.json").string() + " is damaged; remove it to run all steps again");
  write_text_file(folder / "exports/card.json", "{\"card_version\":1,\"files\":[]}");
  EXPECT_EQ(message().rfind((folder / "exports/card.json").string() + " is damaged (", 0), 0U)
      << message();
  std::filesystem::copy_file(folder / "supernet.h5",
                             folder / "search.h5",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(message(), (folder / "search.h5").string() + " is not a search of Coppice");
  std::filesystem::copy_file(folder / "measurements.h5",
                             folder / "supernet.h5",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(message(), (folder / "supernet.h5").string() + " is not a supernet of Coppice");
}

TEST(RunSummary, ComparisonUsesTheRunsOwnEnergyAndScenarios) {
  const TemporaryFolder folder;
  prepared::write_run(folder.path());
  const RunSummary run = summarize_run(folder.path());
  ASSERT_TRUE(run.comparison);
  EXPECT_EQ(run.comparison->scenarios, 10);
  // Training and measuring happen once: 10,800 J = 0.003 kWh, whatever the number of scenarios.
  EXPECT_EQ(run.comparison->rows[0].method, "this run");
  EXPECT_NEAR(run.comparison->rows[0].energy_kwh.nominal, 0.003, 1e-12);
}

}  // namespace
}  // namespace coppice

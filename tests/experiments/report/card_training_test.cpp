#include "experiments/report/card_training.hpp"

#include <gtest/gtest.h>

#include "predictors/energy_csv.hpp"
#include "tests/supernet/base/temporary_folder.hpp"

namespace coppice {
namespace {

const GridIntensity kGrid{"TST", "Testland", 500, 2024, "t"};

// 100 J of the processor and 10 J of memory a row.
PhaseRecord row(const std::string& phase, bool measured, double pue) {
  PhaseRecord record;
  record.phase = phase;
  record.duration = Seconds(10);
  record.energy.cpu = {Joules(100), measured ? "rapl" : "tdp", measured, 1.1};
  record.energy.ram = {Joules(10), "ram-model", false, 2.0};
  record.energy_j = energy_estimate(record.energy, pue);
  record.co2e_g = carbon_estimate(record.energy_j, kGrid);
  return record;
}

void spend(const std::filesystem::path& file, const PhaseRecord& record, double pue = 1) {
  append_energy_csv(file, {record}, kGrid, pue, {});
}

TEST(CardTraining, RowsKnownInDifferentWaysAreAllNamed) {
  const TemporaryFolder run;
  const auto file = run / "energy.csv";
  spend(file, row("train", false, 1));
  PhaseRecord counted = row("train", true, 1);
  counted.energy.ram = {};
  spend(file, counted);
  spend(file, counted);
  spend(file, row("train", true, 1));
  const auto training = training_of_run(run.path());
  ASSERT_TRUE(training.value);
  EXPECT_EQ(training.value->method,
            "modelled (tdp+ram-model); measured (rapl); "
            "measured (cpu) and modelled (ram) (rapl+ram-model)");
  EXPECT_EQ(training.value->kind, "pre-training");
  EXPECT_EQ(training.value->shared, "shared by all networks of this supernet");
  EXPECT_TRUE(is_whole(*training.value));
}

TEST(CardTraining, ThePueIsThatOfAllRowsTogether) {
  const TemporaryFolder run;
  spend(run / "energy.csv", row("train", true, 1), 1);
  EXPECT_DOUBLE_EQ(training_of_run(run.path()).value->pue, 1);
  spend(run / "energy.csv", row("train", true, 2), 2);
  EXPECT_NEAR(training_of_run(run.path()).value->pue, 1.5, 1e-9);
}

TEST(CardTraining, AFineTunedNetworkCostsItsSupernetToo) {
  const TemporaryFolder folder;
  const auto run = folder / "run";
  const auto tuned = folder / "tuned";
  std::filesystem::create_directories(run);
  std::filesystem::create_directories(tuned);
  for (int i = 0; i < 3; ++i) spend(run / "energy.csv", row("train", true, 1));
  spend(run / "energy.csv", row("search", true, 1));
  EXPECT_TRUE(copy_energy_csv({run / "pretraining.csv", run / "energy.csv"},
                              {"train", "finetune"},
                              tuned / "pretraining.csv"));
  spend(tuned / "energy.csv", row("finetune", true, 1));
  spend(tuned / "energy.csv", row("export", true, 1));
  const CardTraining training = *training_of_run(tuned).value;
  EXPECT_EQ(training.kind, "pre-training and fine-tuning");
  EXPECT_NEAR(training.pretraining.value->energy_j.nominal, 330, 1e-6);
  EXPECT_NEAR(training.fine_tuning.value->energy_j.nominal, 110, 1e-6);
  EXPECT_NEAR(training.energy_j.nominal, 440, 1e-6);
  EXPECT_NEAR(training.co2e_g.nominal, training_of_run(run).value->co2e_g.nominal * 4 / 3, 1e-9);
  EXPECT_TRUE(is_whole(training));
}

TEST(CardTraining, FineTuningAloneIsNotTheWhole) {
  const TemporaryFolder run;
  spend(run / "energy.csv", row("finetune", true, 1));
  const CardTraining training = *training_of_run(run.path()).value;
  EXPECT_EQ(training.kind, "fine-tuning");
  EXPECT_FALSE(training.pretraining.value);
  EXPECT_FALSE(is_whole(training));
}

TEST(CardTraining, WhatIsNotRecordedIsUnknown) {
  const TemporaryFolder run;
  EXPECT_EQ(training_of_run(run.path()).reason, "the run has no energy.csv");
  spend(run / "energy.csv", row("search", true, 1));
  EXPECT_EQ(training_of_run(run.path()).reason, "the run's energy.csv has no training");
}

}  // namespace
}  // namespace coppice
